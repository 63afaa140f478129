use std::{path::Path, process::Command};

use super::processes::run;

/// Makes an authority (`authority.pem`), and a certificate for `name` that it signed (`certificate.pem`, `key.pem`).
pub fn certificates(folder: &Path, name: &str) {
    let make = |arguments: &[&str], files: &[(&str, &str)]| {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments).args(["-days", "2"]);
        for (option, file) in files {
            openssl.arg(option).arg(folder.join(file));
        }
        run(&mut openssl);
    };
    let new = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ];
    make(
        &[&new[..], &["-subj", "/CN=made-up authority"]].concat(),
        &[("-keyout", "authority-key.pem"), ("-out", "authority.pem")],
    );
    let name = format!("subjectAltName={name}");
    make(
        &[
            &new[..],
            &[
                "-subj",
                "/CN=made-up",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                &name,
            ],
        ]
        .concat(),
        &[
            ("-CA", "authority.pem"),
            ("-CAkey", "authority-key.pem"),
            ("-keyout", "key.pem"),
            ("-out", "certificate.pem"),
        ],
    );
}
