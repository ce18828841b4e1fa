//! The MCP client against servers that misbehave on purpose.

mod child;
mod script;
mod servers;
mod services;
mod stage;
