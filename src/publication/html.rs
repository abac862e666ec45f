//! The report as one page to read or to print on A4. It loads nothing from elsewhere and has no script.

use askama::Template;

use super::document::{Document, ParagraphPiece, mark};

#[derive(Template)]
#[template(path = "report_file.html")]
struct Page<'a> {
    document: &'a Document,
}

impl Page<'_> {
    fn mark(&self, index: &usize) -> char {
        mark(*index)
    }

    /// The stamp without the characters that would end the string of the style sheet that holds it.
    fn stamp(&self) -> String {
        self.document.stamp.chars().filter(|c| !matches!(c, '"' | '\\' | '<' | '>' | '&')).collect()
    }
}

/// Writes the page.
///
/// # Errors
/// Never in practice: the page goes to memory.
pub fn write(document: &Document) -> Result<String, askama::Error> {
    Page { document }.render()
}

#[cfg(test)]
mod tests {
    use super::super::{compose, example};
    use super::*;
    use crate::text::lang::say;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_runs_nothing() {
        let page = write(&compose(&example::full())).unwrap();
        for unwanted in ["<script", "<link", "src=", "url(", "@import", "http:", "https:"] {
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(unwanted), "{unwanted}");
        }
        assert_eq!(page.matches("<svg").count(), 2);
    }

    #[test]
    fn names_are_escaped_in_tables_and_in_charts() {
        let mut full = example::full();
        full.breakdowns[0].cells[0].name = vec![say("<b>&校", "")];
        let page = write(&compose(&full)).unwrap();
        assert!(!page.contains("<b>"));
        for element in ["td class=\"word\"", "text x=\"184\" y=\"37\" text-anchor=\"end\""] {
            assert!(page.contains(&format!("<{element}>&#60;b&#62;&#38;校<")), "{element}: {page}");
        }
    }

    #[test]
    fn every_call_of_a_note_leads_to_it() {
        let document = compose(&example::full());
        let page = write(&document).unwrap();
        for index in 1..=document.notes.len() {
            assert_eq!(page.matches(&format!("href=\"#note{index}\"")).count(), 1);
            assert_eq!(page.matches(&format!("id=\"note{index}\"")).count(), 1);
        }
    }
}
