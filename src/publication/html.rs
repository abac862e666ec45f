//! The report as one page: nothing from elsewhere, no script, printable on A4.

use askama::Template;

use super::document::{Document, Piece, mark};

#[derive(Template)]
#[template(path = "report_file.html")]
struct Page<'a> {
    document: &'a Document,
}

impl Page<'_> {
    /// `|safe` in the page: the drawing escapes its own words.
    fn svg(&self, chart: &super::chart::Chart) -> String {
        chart.svg()
    }

    fn mark(&self, index: &usize) -> char {
        mark(*index)
    }

    /// The stamp inside a string of the style sheet.
    fn stamp(&self) -> String {
        self.document.stamp.chars().filter(|c| !matches!(c, '"' | '\\' | '<' | '>' | '&')).collect()
    }
}

pub fn write(document: &Document) -> Result<String, askama::Error> {
    Page { document }.render()
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_runs_nothing() {
        let page = write(&Document::of(&example::full())).unwrap();
        for unwanted in ["<script", "<link", "src=", "url(", "@import", "http:", "https:"] {
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(unwanted), "{unwanted}");
        }
        assert_eq!(page.matches("<svg").count(), 2);
    }

    #[test]
    fn names_are_escaped() {
        let mut full = example::full();
        full.breakdowns[0].cells[0].name = vec!["<script>校</script>".to_owned()];
        let page = write(&Document::of(&full)).unwrap();
        assert!(!page.contains("<script") && page.contains("校"));
    }

    #[test]
    fn every_call_of_a_note_leads_to_it() {
        let document = Document::of(&example::full());
        let page = write(&document).unwrap();
        for index in 1..=document.notes.len() {
            assert_eq!(page.matches(&format!("href=\"#note{index}\"")).count(), 1);
            assert_eq!(page.matches(&format!("id=\"note{index}\"")).count(), 1);
        }
    }
}
