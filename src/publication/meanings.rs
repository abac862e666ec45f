//! Who is in each population, in words. What counts is the predicate, which stands beside the words wherever they are shown.

use crate::domain::figures::populations::Population;
use crate::text::lang::{Sentence, say};

/// Who belongs to each, by the id: Chinese and English.
const MEANINGS: [(&str, &str, &str); 21] = [
    (
        "graduates",
        "到截止日为止、毕业日期在这一年的学生，每校每人一次；结业、转出、退学的不算，截止日前去世的不算",
        "Whose graduation lies in the year and not after the cut-off, once per person and school; not who left without \
         graduating, moved or withdrew, nor who died before the cut-off",
    ),
    (
        "employed",
        "毕业生中已报到升学的，或决定去向的一条是就业的",
        "Graduates who are registered in further study, or whose deciding statement is of employment",
    ),
    (
        "direct_employment",
        "毕业生中没有升学，而决定去向的一条是就业的：单位、自主创业或其他方式",
        "Graduates not in further study whose deciding statement is of employment: at an organisation, self-employed, or otherwise",
    ),
    (
        "direct_employment_l0",
        "直接就业的人中，只有学校填报、没有本人或材料佐证的",
        "Those in direct employment of which only the school speaks, without the graduate or papers",
    ),
    (
        "employed_by_organisation",
        "直接就业的人中，在机关、事业单位、企业或参军的",
        "Those in direct employment at a government body, a public institution or an enterprise, or in the army",
    ),
    (
        "self_employed",
        "直接就业的人中，从事个体经营或自主创业的",
        "Those in direct employment in a business of their own",
    ),
    ("otherwise_employed", "直接就业的人中，以其他方式就业的", "Those in direct employment of every other kind"),
    (
        "on_specialty",
        "直接就业的人中，最近一次判断为对口或比较对口的；没有判断的不算",
        "Those in direct employment whose latest judgement is full or near; nobody who was not judged",
    ),
    (
        "match_unknown",
        "直接就业的人中，还没有人判断是否对口的；统计时算不对口，并单独印出",
        "Those in direct employment whom nobody has judged; they count as not on specialty, and are printed",
    ),
    (
        "further_study",
        "毕业生中，截止日已报到、没有离校的；只有录取不算",
        "Graduates who were registered by the day and have not left; an admission alone never counts",
    ),
    (
        "further_study_undergraduate",
        "升学的人中，进入职业本科或普通本科的",
        "Those in further study at undergraduate level, vocational or general",
    ),
    (
        "further_study_l0",
        "升学的人中，只有学校填报、没有本人、材料或名册佐证的",
        "Those in further study of which only the school speaks, without the graduate, papers or a register",
    ),
    ("not_employed", "毕业生中不算就业的：毕业生减就业", "Graduates who are not employed: graduates less employed"),
    ("seeking", "不算就业的人中，正在找工作的", "Those not employed who are looking for a job"),
    ("intends_to_study", "不算就业的人中，准备继续升学的", "Those not employed who prepare for further study"),
    (
        "not_seeking",
        "不算就业的人中，因其他原因暂不就业的",
        "Those not employed who, for now and for another reason, are not looking for a job",
    ),
    (
        "unknown",
        "不算就业、也没有去向登记的毕业生；都在分母里，从不去掉，也不猜",
        "Graduates of whom no destination is on record; they stay in every denominator, never dropped, never guessed",
    ),
    ("known", "有去向登记的毕业生：毕业生减去向未知", "Graduates with a destination on record: graduates less unknown"),
    ("exam_sat", "毕业生中参加过职教高考的", "Graduates who sat the vocational entrance exam"),
    (
        "exam_qualified",
        "毕业生中在职教高考里上线的，不论哪一层次",
        "Graduates who qualified in the exam, for whichever level",
    ),
    (
        "exam_qualified_undergraduate",
        "毕业生中在职教高考里本科上线的",
        "Graduates who qualified in the exam for undergraduate study",
    ),
];

/// Who belongs to a population.
pub fn meaning(population: &Population) -> Sentence {
    let found = MEANINGS.iter().find(|(id, ..)| *id == population.id);
    found.map_or_else(|| say(population.zh, population.en()), |(_, zh, en)| say(*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::populations::ALL;

    #[test]
    fn each_population_is_said_in_words() {
        let said: Vec<&str> = MEANINGS.iter().map(|(id, ..)| *id).collect();
        assert_eq!(said, ALL.map(|population| population.id));
    }
}
