//! Promise (rule 1): what a statement is worth follows from who sends the list, never from a cell of it; and nobody sends a
//! list in the name of one for whom the sender may not speak.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::domain::ids::{ClassName, StaffId};
use gradtrail::domain::statements::Source;
use gradtrail::refusal::Refusal as _;
use uuid::Uuid;

use super::{
    JOB, SCHOOL, STUDY, YEAR_END, batch, conflicts, counts, list, of, on_the_schools_word, position, say, says, send,
    town,
};
use crate::placements::officer;
use crate::support::{Database, school};

#[tokio::test]
async fn a_cell_that_says_where_the_school_heard_it_gives_no_level_and_the_source_of_the_list_does() {
    for database in Database::both().await {
        let town = town(&database).await;
        let jobs = ["张一,企业,甲厂,2022-07-01,本人填报", "李二,企业,乙厂,2022-07-01,第三方名单"];
        says(&town, "去向类型,单位名称,开始日期,信息来源", &jobs).await;
        let study = "王三,职教高考,专科,甲学院,2022-09-10,第三方名单";
        says(&town, "升学渠道,升学层次,录取学校,报到日期,信息来源", &[study]).await;
        assert_eq!(counts(&town, YEAR_END).await, (2, 1, 0, 1));
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (2, 1), "whatever the cells say");
        // A register says the same of one of the two, the college of the third.
        say(&town, JOB, &["张一,企业,甲厂,2022-07-01"], &of(Source::Register)).await;
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (1, 1));
        say(&town, STUDY, &["王三,职教高考,专科,甲学院,,2022-09-10,"], &of(Source::Institution)).await;
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (1, 0));
        // A class teacher's call is worth what the school's word is: 乙厂 and 丙厂.
        say(&town, JOB, &["赵四,企业,丙厂,2022-07-01"], &of(Source::ClassTeacher)).await;
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (2, 0));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((3, 1, 0, 0), 0));
    }
}

#[tokio::test]
async fn a_list_speaks_for_nobody_for_whom_its_sender_may_not_speak() {
    for database in Database::both().await {
        let town = town(&database).await;
        let class = Scope::Class { school: school(SCHOOL), class: ClassName::parse("1班").unwrap() };
        let staff = Staff { id: StaffId(Uuid::from_u128(9)), role: Role::ClassTeacher, scope: class };
        let (teacher, officer) = (Caller::operator_for(staff, "test"), officer());
        let job = || list(JOB, &["张一,企业,甲厂,2022-07-01"]);
        let before = position(&town).await;
        for (caller, source, code) in [
            (&town.caller, Source::Graduate, "import_files.never_by_file"),
            (&officer, Source::Graduate, "import_files.never_by_file"),
            (&officer, Source::Bureau, "import_files.source_not_yours"),
            (&teacher, Source::Register, "import_files.source_not_yours"),
            (&teacher, Source::Institution, "import_files.source_not_yours"),
        ] {
            let refused = send(&town, caller, job(), &of(source)).await.unwrap_err();
            assert_eq!(refused.code(), code, "{source:?}");
        }
        assert_eq!(position(&town).await, before);
        send(&town, &teacher, job(), &of(Source::ClassTeacher)).await.unwrap();
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (1, 0));
        send(&town, &officer, job(), &of(Source::Institution)).await.unwrap();
        assert_eq!((counts(&town, YEAR_END).await, on_the_schools_word(&town, YEAR_END).await), ((1, 0, 0, 3), (0, 0)));
    }
}

#[tokio::test]
async fn the_same_bytes_under_another_source_say_nothing_new_unless_they_are_to_be_said_anew() {
    for database in Database::both().await {
        let town = town(&database).await;
        let file = list(JOB, &["张一,企业,甲厂,2022-07-01"]);
        let first = send(&town, &town.caller, file.clone(), &ImportFiles::default()).await.unwrap();
        let second = send(&town, &town.caller, file.clone(), &of(Source::Register)).await.unwrap();
        assert_eq!(second.recording, Recording::AlreadyImported(batch(&first)));
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (1, 0));
        let anew = ImportFiles { again: true, ..of(Source::Register) };
        let third = send(&town, &town.caller, file, &anew).await.unwrap();
        assert_ne!(batch(&third), batch(&first));
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (0, 0));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 0));
    }
}
