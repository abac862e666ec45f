//! Values of two parts that are typed as one word, `安全防护=符合`: in JSON they are the same word, so that a client writes
//! what the command line takes and the document says.

/// What was found under the heads of a visit.
pub mod findings {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::domain::host::codes::{Finding, VisitHead};
    use crate::domain::terms::Term as _;
    use crate::input::words;

    pub fn serialize<S: Serializer>(found: &[(VisitHead, Finding)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(found.iter().map(|(head, found)| format!("{}={}", head.code(), found.code())))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(VisitHead, Finding)>, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        all.iter().map(|word| words::finding(word).map_err(|_| D::Error::custom("no finding"))).collect()
    }
}

/// What was answered to questions.
pub mod answers {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::input::words;

    pub fn serialize<S: Serializer>(said: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(said.iter().map(|(question, answer)| format!("{question}={answer}")))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        all.iter().map(|word| words::answer(word).map_err(|_| D::Error::custom("no answer"))).collect()
    }
}

/// How many persons work at kinds of posts.
pub mod posts {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::domain::employer::PostStaff;
    use crate::input::words;

    pub fn serialize<S: Serializer>(posts: &[PostStaff], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(posts.iter().map(|post| format!("{}={}", post.occupation, post.staff_count)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PostStaff>, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        all.iter().map(|word| words::post_staff(word).map_err(|_| D::Error::custom("no post"))).collect()
    }
}
