//! `maro admin …`: accounts and tokens, at the command line of the server.

use anyhow::Context as _;
use chrono::TimeDelta;
use maro_app::{App, people, tokens};
use maro_core::actor::Actor;
use maro_core::people::Scope;
use secrecy::ExposeSecret as _;

use super::people as accounts;
use crate::cli::AdminCommand;
use crate::config::Config;
use crate::server::build_app;

/// Runs one command beside a server that may be running.
pub(crate) async fn run(config: Config, command: AdminCommand) -> anyhow::Result<()> {
    let app = build_app(&config, false).await?;
    match command {
        AdminCommand::CreateAdmin { email, name } => {
            create_admin(&app, &config, email, name).await?;
        }
        AdminCommand::ListPeople => accounts::list(&app).await?,
        AdminCommand::AddPerson { email, name, role } => {
            accounts::add(&app, email, name, role).await?;
        }
        AdminCommand::ChangePerson {
            email,
            name,
            role,
            disable,
            enable,
            new_password,
        } => {
            let wish = accounts::Wish {
                name,
                role,
                disabled: (disable || enable).then_some(disable),
                new_password,
            };
            accounts::change(&app, &email, wish).await?;
        }
        AdminCommand::CreateToken { name, scopes, days } => {
            create_token(&app, &name, &scopes, days).await?;
        }
        AdminCommand::ListTokens => list_tokens(&app).await?,
        AdminCommand::RevokeToken { id } => {
            let id = id
                .parse()
                .context("the id must be one of `maro admin list-tokens`")?;
            anyhow::ensure!(
                tokens::revoke(&app, id, &Actor::Operator).await?,
                "there is no such token to revoke"
            );
            println!("Revoked.");
        }
        AdminCommand::AfterRestore => {
            let moved = maro_app::operations::after_restore(&app, &Actor::Operator).await?;
            println!("{moved} operations are looked for in Jira before they are sent.");
            println!("Drafts from before now are looked for, too, when somebody approves them.");
        }
        AdminCommand::RotateKey => rotate_key(&app).await?,
        AdminCommand::SetupCode => println!("{}", people::setup_code(&app)),
    }
    app.store().close().await;
    Ok(())
}

async fn create_admin(
    app: &App,
    config: &Config,
    email: String,
    name: String,
) -> anyhow::Result<()> {
    let password = config
        .admin_password
        .clone()
        .context("set MARO_ADMIN_PASSWORD to the new password")?;
    let person = people::create_first_admin(
        app,
        people::NewAdmin {
            email,
            name,
            password,
        },
    )
    .await?;
    println!("{} can sign in now.", person.email);
    Ok(())
}

async fn rotate_key(app: &App) -> anyhow::Result<()> {
    let rotated = maro_app::secrets::rotate(app, &Actor::Operator).await?;
    if rotated.new_key {
        println!("A new key stands in front of the key file; keep the file with your backups.");
    } else {
        println!(
            "The keys come from MARO_SECRET_KEY, which only you can change. To rotate: set it to \
             NEW,OLD on every instance, restart them, and run this again."
        );
    }
    println!("{} values are sealed with the newest key.", rotated.values);
    Ok(())
}

async fn create_token(
    app: &App,
    name: &str,
    scopes: &[String],
    days: Option<i64>,
) -> anyhow::Result<()> {
    let scopes = scopes
        .iter()
        .map(|word| Scope::parse(word).with_context(|| format!("{word:?} is no scope; see --help")))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let expires_at = days.map(|days| app.now() + TimeDelta::days(days.clamp(1, 3650)));
    let (token, secret) = tokens::create(app, name, scopes, expires_at, &Actor::Operator).await?;
    println!("{}", secret.expose_secret());
    eprintln!("Token {} was made. It is shown only now.", token.id);
    Ok(())
}

async fn list_tokens(app: &App) -> anyhow::Result<()> {
    for token in tokens::list(app).await? {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let state = if token.revoked_at.is_some() {
            "revoked"
        } else {
            "active"
        };
        println!("{} {state} {} [{}]", token.id, token.name, scopes.join(" "));
    }
    Ok(())
}
