//! What the README shows is what the program prints.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::path::Path;
use std::process::Command;

/// Every `$ COMMAND` of a `console` block, and what is shown below it.
fn examples(readme: &str) -> Vec<(Vec<&str>, String)> {
    let mut examples: Vec<(Vec<&str>, String)> = Vec::new();
    for block in readme.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let words = command.split(' ');
                // Either the program or cargo, which runs it.
                let arguments = words.skip_while(|word| *word != "--" && *word != "zhfix");
                examples.push((arguments.skip(1).collect(), String::new()));
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
    assert!(examples.len() >= 3, "{examples:?}");
    for (arguments, shown) in examples {
        let run = Command::new(env!("CARGO_BIN_EXE_zhfix"))
            .args(&arguments)
            .current_dir(root)
            .output()
            .unwrap();
        let printed = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
        assert_eq!(printed, shown, "zhfix {}", arguments.join(" "));
    }
}
