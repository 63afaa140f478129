//! fanpass recognises, registers and signs in the fans of a WeChat Official Account (微信公众号).
//!
//! The layers call each other in one direction only: `handlers → services → { repositories, clients, cache, storage } → domain`.

pub mod audit;
pub mod cache;
pub mod cli;
pub mod clients;
pub mod commands;
pub mod domain;
pub mod handlers;
pub mod http;
pub mod jobs;
pub mod logging;
pub mod middleware;
pub mod repositories;
pub mod resilience;
pub mod services;
pub mod settings;
pub mod startup;
pub mod storage;
pub mod telemetry;
pub mod texts;
pub mod views;
