/// What is wrong with a target of `[[push.forward]]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum ForwardViolation {
    #[error("has a fragment (#…), which no server sees; remove it")]
    Fragment,
    #[error("is http; use https, or write private = true for an address of an own network")]
    Unprotected,
    #[error(
        "is link-local, a metadata service's or reserved, and is never called; write the address of the system itself"
    )]
    NeverCalled,
    #[error("is an address of this machine or of an own network; write private = true if that is meant")]
    PrivateAddress,
    #[error("names nothing, so the target would get nothing; name messages or events, or leave both out for all")]
    WantsNothing,
    #[error("is true for a target that gets no pushes; name messages or events that it answers")]
    NothingToAnswer,
    #[error("is only for targets that are told of erased fans; add \"fan.erased\" to events, or remove app")]
    NoErasures,
    #[error("does not go with format = \"wechat\", which names fans by their openid; remove app")]
    EnvelopeNamesOpenId,
    #[error("has the name {name} twice; give each target its own")]
    SameName { name: String },
    #[error("has the target {name} with the app {app}, which no [apps.{app}] configures; configure it, or remove app")]
    UnknownApp { name: String, app: String },
    #[error(
        "has the target {name}, whose url is a page of this site, so that a push would come back; write the address of the \
         other system"
    )]
    OwnPage { name: String },
    #[error("lets both {first} and {second} answer; at most one target may have answers = true")]
    TwoAnswer { first: String, second: String },
    #[error("is missing, and the target {target} needs it; set it or {variable}_FILE")]
    SecretMissing { variable: String, target: String },
    #[error("is the secret of no target of [[push.forward]]{}; remove it, or look at the target's name and format", did_you_mean(.similar.as_deref()))]
    SecretOfNoTarget {
        /// A variable that a target has.
        similar: Option<String>,
    },
}

fn did_you_mean(variable: Option<&str>) -> String {
    variable.map_or_else(String::new, |variable| format!(" (did you mean {variable}?)"))
}
