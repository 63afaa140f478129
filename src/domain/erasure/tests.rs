use super::*;

#[test]
fn a_reason_reads_back_and_fits_its_column() {
    for reason in ErasureReason::ALL {
        assert_eq!(ErasureReason::parse(reason.as_str()), Some(reason));
        assert!(reason.as_str().len() <= 16);
    }
    assert_eq!(ErasureReason::parse("made_up"), None);
}

#[test]
fn an_openid_hash_is_the_same_each_time_and_another_under_another_secret() {
    let openid = OpenId::parse("oMadeUp").unwrap();
    let hash = OpenIdHash::new(&[7; 32], &openid).unwrap();
    assert_eq!(OpenIdHash::new(&[7; 32], &openid), Some(hash.clone()));
    assert_ne!(OpenIdHash::new(&[8; 32], &openid), Some(hash.clone()));
    assert_eq!(hash.as_str().len(), 64);
}
