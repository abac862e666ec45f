//! What comes first: where nothing waits yet, and what waits besides students.

use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::ListHosts;
use crate::app::reply::Reply;
use crate::app::roster::Classes;
use crate::domain::host::codes::HostStage;
use crate::web::error::Error;
use crate::web::pages::frame::Frame;
use crate::web::pages::offers::{Offer, Offers};
use crate::web::session::Site;

/// What is done from here besides the next steps of students.
pub(super) const OTHER_ACTS: [Action; 4] = [Action::HostAccept, Action::Import, Action::SeasonPlan, Action::StaffAdd];

/// What comes first: a sentence, and where it is done.
pub(super) type FirstStep = (&'static str, Offer);

/// How many hosts wait for a decision.
pub(super) async fn hosts_to_accept(site: &Site, caller: &Caller) -> Result<usize, Error> {
    let question = Question::Hosts(ListHosts { query: PlacementQuery::default() });
    let Reply::Hosts(hosts) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    Ok(hosts.iter().filter(|listed| listed.host.stage == HostStage::Proposed).count())
}

/// What is done before anything waits: nobody is on the roster, or no class is known to be final.
pub(super) fn first_steps(frame: &Frame, classes: &Classes, offers: &Offers, is_city: bool) -> Vec<FirstStep> {
    let page = |action, zh, en, address: &str| {
        let verb = frame.say(zh, en);
        offers.may(action).then(|| Offer { verb, address: address.to_owned() })
    };
    let steps = if classes.classes.is_empty() {
        let roster = match is_city {
            true => frame.say(
                "导入学校名单，再导入毕业生名册；模板在那一页上",
                "Import the schools, then the roster of their graduates; templates are on that page",
            ),
            false => frame
                .say("导入毕业生名册；模板在那一页上", "Import the roster of graduates; templates are on that page"),
        };
        let staff = frame.say(
            "给就业办、班主任、指导教师开通账号，邀请他们登录",
            "Open accounts for officers, class teachers and mentors, and invite them",
        );
        vec![
            (staff, page(Action::StaffAdd, "人员", "Staff", "/accounts")),
            (roster, page(Action::Import, "导入", "Import", "/imports")),
        ]
    } else if !is_city && classes.classes.iter().all(|class| !class.is_final) {
        let plan = frame.say(
            "名册上还没有要实习的毕业班：登记哪些班是毕业班，什么时候实习",
            "No class on the roster is known to be final: say which are, and when their internship is",
        );
        vec![(plan, offers.offer(Action::SeasonPlan, &[("back", "/")]))]
    } else {
        vec![]
    };
    steps.into_iter().filter_map(|(said, offer)| Some((said, offer?))).collect()
}
