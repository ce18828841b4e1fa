//! `maro admin list-people`, `add-person`, `change-person`: accounts at the command line, for those who
//! cannot or need not sign in.

use anyhow::Context as _;
use maro_app::App;
use maro_app::people::{self, Change, NewPerson};
use maro_core::actor::Actor;
use maro_core::people::Role;
use secrecy::ExposeSecret as _;

/// What `change-person` is to change.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// Another name.
    pub(super) name: Option<String>,
    /// Another role.
    pub(super) role: Option<Role>,
    /// Whether they may not sign in.
    pub(super) disabled: Option<bool>,
    /// Whether they get another password.
    pub(super) new_password: bool,
}

/// Prints everybody, a line each.
pub(super) async fn list(app: &App) -> anyhow::Result<()> {
    for person in people::list(app).await? {
        let state = if person.disabled_at.is_some() {
            "disabled"
        } else {
            "active"
        };
        let role = person.role.as_str();
        println!("{} {state} {role} {}", person.email, person.name);
    }
    Ok(())
}

/// Adds somebody, with a password that is printed once.
pub(super) async fn add(app: &App, email: String, name: String, role: Role) -> anyhow::Result<()> {
    let password = people::new_password();
    let new = NewPerson {
        email,
        name,
        role,
        password: password.clone(),
    };
    let person = people::add(app, new, &Actor::Operator).await?;
    println!("{}", password.expose_secret());
    eprintln!(
        "{} can sign in with this password. It is shown only now.",
        person.email
    );
    Ok(())
}

/// Changes somebody.
pub(super) async fn change(app: &App, email: &str, wish: Wish) -> anyhow::Result<()> {
    let person = people::find_by_email(app, email)
        .await?
        .with_context(|| format!("there is nobody with the address {email}"))?;
    let password = wish.new_password.then(people::new_password);
    let change = Change {
        name: wish.name,
        role: wish.role,
        disabled: wish.disabled,
        password: password.clone(),
        ..Change::default()
    };
    let person = people::change(app, person.id, change, &Actor::Operator).await?;
    match password {
        Some(password) => {
            println!("{}", password.expose_secret());
            eprintln!(
                "The new password of {}. It is shown only now.",
                person.email
            );
        }
        None => println!("Saved."),
    }
    Ok(())
}
