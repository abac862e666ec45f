//! Files at random: what is only checked is what is then recorded, nobody is at two places at once, and the same file says
//! nothing new.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::domain::placement::Placement;
use gradtrail::domain::placement::arrangement::Period;

use super::{Season, file, reasons, row};
use crate::support::Database;

const PUPILS: usize = 3;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.roll(things.len())]
    }
}

/// At most one row for a pupil and first day, in any order.
fn rows(dice: &mut Dice) -> Vec<String> {
    let mut rows = vec![];
    for pupil in 0..PUPILS {
        for first_day in ["2023-07-01", "2023-11-01", "2024-01-01", "2024-03-01"] {
            if dice.roll(3) == 0 {
                continue;
            }
            let mut said = vec![
                ("开始日期", first_day),
                ("结束日期", dice.of(&["2023-10-31", "2023-12-31", "2024-02-29", "2024-06-30"])),
                ("单位名称", dice.of(&["东方汽车服务有限公司", "西方机械厂", "西方机械厂", "没有的厂"])),
                ("实习类别", dice.of(&["岗位实习", "岗位实习", "认识实习"])),
            ];
            for more in [
                ("指导教师", ""),
                ("合规结论", ""),
                ("签订日期", "2023-06-20"),
                ("其他材料签订日期", "2023-06-21"),
                ("到岗日期", first_day),
            ] {
                if dice.roll(2) == 0 {
                    said.push(more);
                }
            }
            let at = dice.roll(rows.len() + 1);
            rows.insert(at, row(pupil, &said));
        }
    }
    rows
}

#[tokio::test]
async fn a_check_says_what_is_then_recorded_and_nobody_is_at_two_places_at_once() {
    for database in Database::both().await {
        let season = Season::new(&database, PUPILS).await;
        for seed in 0..12 {
            let rows = rows(&mut Dice(seed));
            let name = format!("{seed}.csv");
            let files = database.write(&[(&name, &file(&rows))]);
            let check = ImportFiles { check: true, ..ImportFiles::default() };
            let checked = season.import_files(&files, &check).await.remove(0);
            let before = season.position().await;
            let real = season.import_files(&files, &ImportFiles::default()).await.remove(0);
            assert_eq!(real.counts, checked.counts, "{seed}: {}", reasons(&real));
            assert_eq!(usize::try_from(real.counts.total()).unwrap(), rows.len());
            assert_eq!(real.rejected, checked.rejected);
            assert!(before < season.position().await);
            for pupil in 0..PUPILS {
                let mut taken: Vec<Period> = vec![];
                for id in season.placements(pupil).await {
                    let period = season.load::<Placement>(id.0).await.0.stay().and_then(|stay| stay.taken());
                    assert!(period.is_none_or(|period| !taken.iter().any(|other| other.overlaps(period))), "{seed}");
                    taken.extend(period);
                }
            }
            let again = season.import_files(&files, &ImportFiles::default()).await.remove(0);
            if real.counts.new + real.counts.changed > 0 {
                assert!(matches!(again.recording, Recording::AlreadyImported(_)), "{seed}: {:?}", again.counts);
                assert_eq!(again.counts.rejected, real.counts.rejected);
            }
        }
    }
}
