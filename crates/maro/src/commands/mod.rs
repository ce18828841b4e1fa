//! The commands, one file each.

mod admin;
mod audit;
mod demo;
mod demo_life;
mod demo_script;
mod dev;
mod doctor;
mod manifest;
mod migrate;
mod people;
mod report;
mod rules;
mod sandbox;
mod serve;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::logging;

/// Runs one command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let path = cli.config.as_deref();
    match cli.command {
        Command::Demo(args) => return Box::pin(demo::run(args, path)).await,
        Command::Sandbox(args) => return sandbox::run(args).await,
        Command::Openapi => print_all(&maro_web::openapi().to_pretty_json()?)?,
        Command::Dev(command) => dev::run(&command).await?,
        Command::Report(args) => return Ok(report::run(args).await),
        Command::Rules(command) => rules::run(&command)?,
        command => {
            let config = Config::load(path)?;
            logging::start(&config.log);
            return Box::pin(with_config(config, command)).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn with_config(config: Config, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => Box::pin(serve::run(config, args)).await?,
        Command::Doctor => return Box::pin(doctor::run(config)).await,
        Command::Migrate => migrate::run(&config).await?,
        Command::Manifest(args) => manifest::run(&config, &args)?,
        Command::Config => print!("{}", config.masked()),
        Command::Audit(command) => return audit::run(&config, &command).await,
        Command::Admin(command) => Box::pin(admin::run(config, command)).await?,
        Command::Demo(_)
        | Command::Sandbox(_)
        | Command::Openapi
        | Command::Dev(_)
        | Command::Report(_)
        | Command::Rules(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a document. A reader that has seen enough, such as `head`, is no error.
fn print_all(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    match writeln!(std::io::stdout(), "{text}") {
        Err(err) if err.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
