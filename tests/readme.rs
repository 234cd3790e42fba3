//! What the README shows is what the program prints.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// Every `$ COMMAND` of a `console` block, and what is shown below it.
fn examples(readme: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    for block in readme.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                // Cargo runs the program that is at hand here.
                let command = command.replacen("cargo run --release --", "zhfix", 1);
                examples.push((command, String::new()));
            } else {
                let shown = &mut examples.last_mut().unwrap().1;
                shown.push_str(line);
                shown.push('\n');
            }
        }
    }
    examples
}

#[test]
fn examples_of_the_readme_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let examples = examples(&readme);
    assert!(examples.len() >= 6, "{examples:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_zhfix")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.display());
    let sh = |command: &str| {
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", command]).env("PATH", &path);
        shell.current_dir(root).output().unwrap()
    };
    for (command, shown) in examples {
        if command.starts_with("rg ") && !sh("rg --version").status.success() {
            eprintln!("passed over, there is no rg: {command}");
            continue;
        }
        let run = sh(&command);
        let printed = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
        assert_eq!(printed, shown, "{command}");
    }
}
