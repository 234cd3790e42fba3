//! What is made of the grammar itself: completions for shells, and the manual page.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Cli;

/// The completions for a shell, to be put where it looks for them.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "zhfix", &mut script);
    script
}

/// The manual in roff: one page with a section for each verb.
pub(crate) fn man() -> io::Result<Vec<u8>> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    let whole = Man::new(command.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    for verb in command.get_subcommands() {
        let title = verb.get_name().to_uppercase();
        page.extend_from_slice(format!(".SH \"ZHFIX {title}\"\n").as_bytes());
        let mut part = Vec::new();
        let section = Man::new(verb.clone());
        section.render_description_section(&mut part)?;
        section.render_synopsis_section(&mut part)?;
        section.render_options_section(&mut part)?;
        section.render_extra_section(&mut part)?;
        // A section of a page of its own is a part of this one.
        let part = String::from_utf8_lossy(&part).replace("\n.SH ", "\n.SS ");
        let part = match part.strip_prefix(".SH ") {
            Some(rest) => format!(".SS {rest}"),
            None => part,
        };
        page.extend_from_slice(part.as_bytes());
    }
    whole.render_extra_section(&mut page)?;
    whole.render_version_section(&mut page)?;
    Ok(page)
}
