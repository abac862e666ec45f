//! Promise: what the command line answers is in one language, the one that was asked for: no Chinese character stands in
//! an English answer, and no English word in a Chinese one but names, codes and units.

use std::io::Write as _;
use std::process::Stdio;

use gradtrail::text::lang::Lang;

use crate::layout::is_chinese;
use crate::support::Database;
use crate::support::typed::{CODE, command, document_number};

/// What the test calls things: in its own place, in Chinese, in English.
const NAMES: [(&str, &str, &str); 16] = [
    ("SCHOOL", "第一职业学校", "FirstSchool"),
    ("OTHER", "第二职业学校", "SecondSchool"),
    ("OFFICER", "钱五", "Qian"),
    ("PRINCIPAL", "赵校长", "Zhao"),
    ("TEACHER", "吴老师", "Wu"),
    ("CLASS", "高三汽修2班", "3-2"),
    ("STUDENT", "张小明", "Zhang"),
    ("UNIT", "东方汽车服务有限公司", "East-Motors"),
    ("WORKS", "西方修理厂", "West-Works"),
    ("ADDRESS", "工业路88号", "88-Industry-Road"),
    ("POST", "汽车维修", "repairs"),
    ("MASTER", "郑师傅", "Zheng"),
    ("CONTACT", "李经理", "Li"),
    ("NOTE", "三个月", "three-months"),
    ("ROSTER", "名册", "roster"),
    ("JOBS", "去向", "jobs"),
];

/// Who, and what; in the order of a season.
const WALK: &str = "
- school add --code 33070001 --name SCHOOL --category private
- school add --code 33070002 --name OTHER --category public
- staff add --name OFFICER --role officer --school 33070001
- staff add --name PRINCIPAL --role principal --school 33070001
- staff add --name TEACHER --role class-teacher --school 33070001 --class CLASS
- staff change TEACHER --role mentor --school 33070001 --reason reassigned
- staff disable TEACHER --reason long_leave
- staff list
- staff enable TEACHER
- staff enable TEACHER
- school list
- imports
- employer list
- employer duplicates
- season list
- host list --school 33070001
- exemption list
- queue
- at-work
- missing --year 2022
- conflicts --year 2022
- explain employment_rate --year 2022
- import --check ROSTER.csv
- import ROSTER.csv JOBS.csv
- import ROSTER.csv
- student find STUDENT
OFFICER student find STUDENT --show contact_student
OFFICER season plan --year 2100 --class CLASS --first-day 2020-01-01 --last-day 2100-07-31
OFFICER season list
OFFICER queue
OFFICER queue not-placed
- employer register --name UNIT --code CODE
- employer register --name UNIT --code CODE
- employer profile CODE --industry C --size small --ownership private
- employer staff CODE --total 320
- employer register --name WORKS --school 33070001
OFFICER employer register --name WORKS
- employer list --all
- employer duplicates
- employer show CODE
OFFICER host propose CODE
OFFICER host visit CODE --all met --finding living=partly
PRINCIPAL host accept CODE
OFFICER host propose WORKS
OFFICER host publish CODE
OFFICER host framework CODE --on 2026-03-05 --until 2099-08-31
OFFICER host contact CODE --name CONTACT --phone 0579-80000009
OFFICER host suspend CODE --reason unsafe --note NOTE
OFFICER host resume CODE
PRINCIPAL host show CODE
- host list
OFFICER placement draft --student 20240000 ARRANGED --first-day 2020-09-01 --last-day 2099-02-28
OFFICER placement draft --student 20240001 ARRANGED --first-day 2099-09-01 --last-day 2100-02-28 --submit --verdict passed
OFFICER placement draft --student 20240001 ARRANGED --first-day 2098-09-01 --last-day 2099-02-28 --key first
OFFICER placement draft --student 20240001 ARRANGED --first-day 2098-09-01 --last-day 2099-02-28 --key first
OFFICER placement submit --student 20240000
PRINCIPAL placement return --student 20240000 --reason document_missing --note NOTE
OFFICER placement revise --student 20240000 --last-day 2099-03-31
OFFICER placement submit --student 20240000
OFFICER placement evaluate --student 20240000 --verdict warned
PRINCIPAL placement late --student 20240000 --reason overlooked
PRINCIPAL placement approve --student 20240000
OFFICER agreement draft --student 20240000 AGREED
OFFICER agreement send --student 20240000
OFFICER packet --student 20240000 --out OUT --format html
OFFICER agreement recall --student 20240000 --document commitment --reason entry_error
OFFICER agreement send --student 20240000 --document commitment
OFFICER grid --class CLASS
OFFICER agreement refuse --student 20240000 --document commitment --party student --reason safety
OFFICER agreement undo --student 20240000 --reason entry_error
OFFICER agreement sign --student 20240000 --party all
OFFICER agreement show --student 20240000
OFFICER placement ready --student 20240000
OFFICER placement arrive --student 20240000 --on 2020-09-02
OFFICER placement change-pay --student 20240000 --from 2020-10-12 --reason host_asked --pay 2600
OFFICER placement suspend --student 20240000 --reason health --on 2020-11-01
OFFICER placement resume --student 20240000 --on 2020-11-09
OFFICER agreement amend --student 20240000 --from 2020-10-12
OFFICER placement show --student 20240000
OFFICER placement show --student 20240001
- at-work
- at-work --by employer
- at-work --by specialty
- at-work --by kind --open post
- at-work --school-year 2025
OFFICER queue unsigned
OFFICER queue unamended
- grid --school 33070001 --class CLASS
- employer interns CODE --from 2026-01-01 --to 2026-01-03
OFFICER placement end --student 20240000 --by host --reason host_closed --on 2021-01-31
OFFICER exemption request --student 20240002 --ground enlisted
PRINCIPAL exemption grant --student 20240002
PRINCIPAL exemption list
- report --year 2022
- report --year 2022 --by kind
- report --year 2022 --by school,specialty-class
- explain employment_rate --year 2022
- explain exam_pass_rate --year 2022
- missing --year 2022
- conflicts --year 2022
OFFICER outcome say --student 20220002 --kind enterprise --from 2022-07-01 --employer WORKS --pay 4000
- outcome say --student 20220002 --kind seeking --from 2022-08-01 --source register
PRINCIPAL outcome judge --student 20220002 --from 2022-07-01 --level near
PRINCIPAL outcome review --student 20220002 --from 2022-07-01 --step attach --evidence labour_contract
PRINCIPAL outcome review --student 20220002 --from 2022-07-01 --step verify
PRINCIPAL conflict resolve --student 20220002 --from 2022-07-01 --reason evidence_sufficient
OFFICER study say --student 20220001 --college COLLEGE --channel vocational_exam --level junior_college --admitted 2022-07-20
OFFICER study exam --student 20220001 --on 2022-06-11 --result qualified
OFFICER study say --student 20220001 --college COLLEGE --channel vocational_exam --level junior_college --admitted 2022-07-20 --operation withdraw
PRINCIPAL outcome show --student 20220002
OFFICER student standing --student 20220001 --standing graduated --on 2022-06-30
OFFICER student correct-number --student 20220001 --number 330782200612310022
- events --limit 1000
- imports
- head
- template roster --out TEMPLATE.xlsx
OFFICER queue --out LIST.xlsx
- erase LEFT --reason request
- explain employment_rate --year 2022
- student find LEFT
- history LEFT
- import --undo BATCH --reason wrong_file
- employer merge WORKS --into CODE --school 33070001
- employer list --all
- check
- key export 11.key
- rebuild
- scrub
- verify
- backup BACKUP.db
- copy --to COPY
";

const ARRANGED: &str = "--kind post --source school --host CODE --address ADDRESS --post POST --site-kind private \
                        --region city --mentor MASTER --teacher TEACHER --pay 2400 --pay-unit month --on-specialty full";
const AGREED: &str = "--meals provided --lodging own --day-hours 8 --week-days 5 --pay-method transfer --pay-day 15 \
                      --insurance liability --insurance-buyer school";

/// What stands in Chinese answers, too: the program and its words, formats and engines, and one-word codes of ways in,
/// lists, events and situations. Longer codes are known by their strokes and digits.
const LATIN: [&str; 21] = [
    "COLLEGE",
    "gradtrail",
    "key",
    "export",
    "position",
    "root",
    "SQLite",
    "sqlite",
    "xlsx",
    "csv",
    "docx",
    "html",
    "SHA",
    "KB",
    "cli",
    "unsigned",
    "unamended",
    "enterprise",
    "unknown",
    "said",
    "undone",
];

/// Stands before what a step answers that should not be refused.
const REFUSED: &str = "✗ ";

struct Office {
    database: Database,
    lang: Lang,
}

impl Office {
    fn path(&self, name: &str) -> String {
        self.database.directory.path().join(name).to_str().unwrap().to_owned()
    }

    /// The words with the names of this language.
    fn named(&self, text: &str) -> String {
        let text = text.replace("ARRANGED", ARRANGED).replace("AGREED", AGREED).replace("CODE", CODE);
        let text = text.replace("COPY", &format!("sqlite:{}", self.path("copy.db")));
        let files = ["ROSTER.csv", "JOBS.csv", "TEMPLATE.xlsx", "LIST.xlsx", "BACKUP.db"];
        let text = files.iter().fold(text, |text, file| text.replace(file, &self.path(&self.file(file))));
        let text = text.replace("11.key", &self.path("11.key")).replace("OUT", &self.path("00"));
        NAMES.iter().fold(text, |text, (name, zh, en)| text.replace(name, self.lang.of(zh, en)))
    }

    fn file(&self, name: &str) -> String {
        NAMES.iter().fold(name.to_owned(), |text, (name, zh, en)| text.replace(name, self.lang.of(zh, en)))
    }

    /// What is answered, the refusals under their exit code.
    fn run(&self, words: &[&str]) -> String {
        let code = self.lang.of("zh", "en");
        let mut command = command(&self.database, &[&["--lang", code], words].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all("a long passphrase\n".as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.success() { told } else { format!("{REFUSED}{told}") }
    }

    /// The end of the id in the row of a list that has this value.
    fn id(&self, question: &[&str], value: &str) -> String {
        let printed = self.run(&[question, &["--format", "json"]].concat());
        let list: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let row = list["rows"].as_array().unwrap().iter().find(|row| row.to_string().contains(value));
        row.map_or("nothing", |row| row["id"].as_str().unwrap()).to_owned()
    }

    /// Every line of every answer, without the places of this machine.
    fn answers(&self) -> Vec<(String, String)> {
        self.write_files();
        let (mut answers, mut left) = (vec![], String::new());
        for step in WALK.lines().filter(|line| !line.is_empty()) {
            // Once erased, nobody is found by a number any more.
            if step.contains("LEFT") && left.is_empty() {
                left = self.id(&["student", "find", "20220001", "--school", "33070001"], "33070001");
            }
            let step = step.replace("LEFT", &left);
            let step = match step.contains("BATCH") {
                true => step.replace("BATCH", &self.id(&["imports"], &self.file("JOBS.csv"))),
                false => step,
            };
            let step = self.named(&step);
            let (who, order) = step.split_once(' ').unwrap();
            let words: Vec<&str> = order.split(' ').collect();
            let acting: &[&str] = if who == "-" { &[] } else { &["--as", who] };
            let told = self.run(&[acting, &words].concat());
            let told = told.replace(self.database.directory.path().to_str().unwrap(), "");
            answers.extend(told.lines().map(|line| (step.clone(), line.to_owned())));
        }
        answers
    }

    fn write_files(&self) {
        let mut roster = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n".to_owned();
        for (number, student, standing, class) in [
            (0, "20240000", "在籍,2024-09-01", "CLASS"),
            (1, "20240001", "在籍,2024-09-01", "CLASS"),
            (2, "20240002", "在籍,2024-09-01", "CLASS"),
            (3, "20220001", "毕业,2022-06-30", "CLASS"),
            (4, "20220002", "毕业,2022-06-30", "CLASS"),
        ] {
            let document = document_number(number);
            roster.push_str(&format!("33070001,STUDENT,{document},{student},700206,{class},{standing}\n"));
        }
        let jobs = format!(
            "学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪\n33070001,STUDENT,{},企业,UNIT,2022-07-01,4200\n",
            document_number(3)
        );
        for (name, text) in [("ROSTER.csv", roster), ("JOBS.csv", jobs)] {
            std::fs::write(self.path(&self.file(name)), self.named(&text)).unwrap();
        }
    }
}

/// The words of a Chinese answer that are neither names nor codes.
fn english_words(line: &str) -> Vec<&str> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c));
    // The end of an id may have no digit.
    let is_id = |word: &str| word.len() == 8 && word.chars().all(|c| c.is_ascii_hexdigit());
    let is_code =
        |word: &&str| is_id(word) || word.chars().any(|c| c.is_ascii_digit() || c == '_' || c == '-' || c == '.');
    words.filter(|word| word.len() > 1 && !is_code(word) && !LATIN.contains(word)).collect()
}

#[test]
fn an_english_answer_holds_no_chinese_and_a_chinese_one_no_english_but_names_and_codes() {
    // The documents are Chinese, and so are the names of their files.
    let is_mixed = |line: &str| line.replace("实习材料", "").chars().any(is_chinese);
    let answers = [Lang::Zh, Lang::En]
        .map(|lang| Office { database: Database::sqlite(), lang })
        .map(|office| std::thread::spawn(move || (office.lang, office.answers())));
    let mut faults = vec![];
    for (lang, answers) in answers.map(|answers| answers.join().unwrap()) {
        for (step, line) in answers {
            let is_wrong = lang.of(!english_words(&line).is_empty(), is_mixed(&line));
            if is_wrong || line.starts_with(REFUSED) {
                faults.push(format!("{lang:?} {step}: {line}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
