//! The examples of docs/forward.md check a real request.

use std::process::Command;

use super::{SECRET, app, settings, table};
use crate::support::{Target, TargetRequest};

/// The first example in `language`.
fn example(language: &str) -> String {
    let page = include_str!("../../../docs/forward.md");
    let begin = page.split_once(&format!("```{language}\n")).expect("an example").1;
    begin.split_once("```").expect("its end").0.to_owned()
}

/// A request as a target gets it.
async fn request() -> TargetRequest {
    let target = Target::taking();
    let folder = settings(&table("crm", &target, "events = [\"fan.erased\"]"));
    let app = app(folder.path(), &["crm"]).start().await;
    let openid = app.platform.fan("小雨🌧").await;
    app.registered(&openid).await;
    app.fans(&["forget", &openid, "--yes"]).await;
    target.request(|_| true).await
}

/// What `program` prints, given the secret, the signature and the file with the body.
fn verified(program: &mut Command, signature: &str, body: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    std::fs::write(&file, body).unwrap();
    let output = program
        .args([SECRET, signature])
        .arg(&file)
        .output()
        .expect("the interpreter");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_lowercase()
}

#[actix_web::test]
async fn the_examples_of_the_documentation_accept_what_we_send_and_refuse_what_was_changed() {
    let request = request().await;
    let signature = request.header("fanpass-signature").unwrap();
    let seen = (request.path.as_str(), request.header("content-type"));
    assert_eq!(seen, ("/hook", Some("application/json")));
    let (time, mac) = signature.split_once(",v1=").unwrap();
    let old = format!("t={},v1={mac}", time[2..].parse::<u64>().unwrap() - 600);
    let python = format!(
        "{}\nimport sys\nprint(is_from_fanpass(sys.argv[1], sys.argv[2], open(sys.argv[3], 'rb').read()))",
        example("python")
    );
    let node = format!(
        "{}\nconst [, secret, signature, file] = process.argv;\n\
         console.log(isFromFanpass(secret, signature, require('node:fs').readFileSync(file)));",
        example("js")
    );
    let forged = [&request.body, &b" "[..]].concat();
    for program in [["python3", "-c", &python], ["node", "-e", &node]] {
        let verified =
            |signature: &str, body: &[u8]| verified(Command::new(program[0]).args(&program[1..]), signature, body);
        assert_eq!(verified(signature, &request.body), "true", "{}", program[0]);
        assert_eq!(verified(signature, &forged), "false", "{}", program[0]);
        assert_eq!(verified(&old, &request.body), "false", "{}", program[0]);
        assert_eq!(verified("t=1,v1=", &request.body), "false", "{}", program[0]);
        assert_eq!(verified("made up", &request.body), "false", "{}", program[0]);
    }
}
