//! The XML of a reply.

use roxmltree::Document;

/// An element with the elements inside.
#[derive(Debug)]
pub struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads `<xml>…</xml>`, without anything in front, and without a document type.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.starts_with('<') {
            return Err("the body is neither XML nor success nor empty; blanks and JSON are refused".to_owned());
        }
        let document = Document::parse(text).map_err(|error| format!("the XML is broken: {error}"))?;
        let root = Self::of(document.root_element());
        (root.name == "xml")
            .then_some(root)
            .ok_or_else(|| "the root is not <xml>".to_owned())
    }

    fn of(node: roxmltree::Node<'_, '_>) -> Self {
        let texts = node.children().filter(|child| child.is_text());
        Self {
            name: node.tag_name().name().to_owned(),
            text: texts.filter_map(|text| text.text()).collect(),
            children: node
                .children()
                .filter(|child| child.is_element())
                .map(Self::of)
                .collect(),
        }
    }

    /// The first element with this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Its text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// All elements with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}
