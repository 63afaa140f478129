//! A fixed number of cases from a seed that is printed.

use std::{
    env,
    hash::{BuildHasher, RandomState},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner},
};

/// Runs `body` on `cases` inputs.
pub fn run(name: &'static str, cases: u32, inputs: impl Strategy<Value = Vec<u8>>, body: impl Fn(&[u8])) {
    let number = |variable: &str| {
        env::var(variable)
            .ok()
            .map(|text| text.parse::<u64>().expect("a whole number"))
    };
    let seed = number("PROPTEST_RNG_SEED").unwrap_or_else(|| RandomState::new().hash_one(name));
    let times = number("FANPASS_HOSTILE_TIMES").unwrap_or(1);
    let cases = number("PROPTEST_CASES").unwrap_or(u64::from(cases) * times);
    let cases = u32::try_from(cases).expect("fewer than 2^32 cases");
    println!("{name}: {cases} cases, PROPTEST_RNG_SEED={seed}");
    let regressions: &'static str = format!("tests/hostile/regressions/{name}.txt").leak();
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(regressions))),
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&inputs, |input| {
        body(&input);
        Ok(())
    });
    tried.unwrap_or_else(|failure| panic!("{name}, PROPTEST_RNG_SEED={seed}: {failure}"));
}
