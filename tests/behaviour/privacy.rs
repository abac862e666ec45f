//! Promise: no name, document or telephone number stands in the clear anywhere in the database.

use gradtrail::accounts::Role;
use gradtrail::app::import::ImportFiles;
use gradtrail::event_log::Location;
use sqlx::{AssertSqlSafe, Executor, Row as _};

use crate::support::{Database, Town, add_staff};

const SCHOOLS: &str = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n";
const ROSTER: &str = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,毕业日期,联系电话\n\
    33070001,赵钱孙,330702200703154510,S7654321,700206,1班,毕业,2022-06-30,13812345678\n";
const OUTCOMES: &str = "学校代码,姓名,证件号码,去向类型,单位名称,统一社会信用代码,就业日期\n\
    33070001,赵钱孙,330702200703154510,个体经营,赵钱孙小吃店,9144030071526726XG,2022-07-01\n";
const STUDY: &str = "学校代码,姓名,证件号码,升学渠道,录取学校,升学层次,报到日期\n\
    33070001,赵钱孙,330702200703154510,职教高考,某某学院,专科,2022-09-10\n";
const SECRETS: [&str; 6] =
    ["赵钱孙", "330702200703154510", "S7654321", "13812345678", "9144030071526726XG", "roster-赵"];

#[tokio::test]
async fn nothing_personal_stands_in_the_clear_in_any_table() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let files = [("a.csv", SCHOOLS), ("roster-赵.csv", ROSTER), ("c.csv", OUTCOMES), ("d.csv", STUDY)];
        let paths = database.write(&files);
        let results = town.import(&paths, ImportFiles::default()).await;
        assert!(results.iter().all(|imported| imported.counts.rejected == 0));
        add_staff(&town.app, &town.caller, "赵钱孙", Role::Bureau, None).await.unwrap();
        let stored = everything_stored(&database).await;
        assert!(stored.contains("graduated"), "the look finds what is there");
        for secret in SECRETS {
            assert!(!stored.contains(secret), "{secret}");
        }
    }
}

/// All bytes of the SQLite files, or all rows of the PostgreSQL tables, as far as they are text.
pub async fn everything_stored(database: &Database) -> String {
    match &database.location {
        Location::Sqlite(path) => {
            let wal = path.with_extension("db-wal");
            let bytes = [std::fs::read(path).unwrap(), std::fs::read(wal).unwrap_or_default()].concat();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Location::Postgres(_) => {
            let mut raw = database.raw().await;
            let mut text = String::new();
            let tables = "select cast(table_name as text) from information_schema.tables where table_schema = 'public'";
            for table in raw.fetch_all(tables).await.unwrap() {
                let table: String = table.get(0);
                let rows = format!("select coalesce(string_agg(cast(t as text), ' '), '') from {table} t");
                let row = raw.fetch_one(sqlx::query(AssertSqlSafe(rows.as_str()))).await.unwrap();
                text.push_str(&row.get::<String, _>(0));
            }
            text
        }
    }
}
