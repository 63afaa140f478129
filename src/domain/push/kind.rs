/// What a push is, in small letters: the platform writes `subscribe` and `SCAN`, and documentation of it `Event`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushKind {
    /// A fan's message, by its `MsgType`, such as `text`.
    Message(String),
    /// An event, by its `Event`, such as `subscribe`.
    Event(String),
}

impl PushKind {
    /// Whether it is this event.
    pub fn is_event(&self, name: &str) -> bool {
        matches!(self, Self::Event(event) if event == name)
    }

    /// Its name, without saying whether it is a message or an event.
    pub fn name(&self) -> &str {
        match self {
            Self::Message(name) | Self::Event(name) => name,
        }
    }
}
