//! Published test vectors of every algorithm of every suite.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use sm4::cipher::BlockCipherEncrypt as _;

use crate::{Purpose, SecretKey, Signature, Suite, SymmetricKey, international, national};

fn bytes(hex: &str) -> Vec<u8> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).unwrap()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

/// HMAC fills keys with zeros, so a shorter one is the same key with zeros after it.
fn key(hex: &str) -> SymmetricKey {
    let mut key = [0; 32];
    let given = bytes(hex);
    key[..given.len()].copy_from_slice(&given);
    SymmetricKey(key)
}

#[test]
fn sha_256_gives_the_hashes_of_fips_180() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(international::hash(&[b"a", b"bc"]), array(expected));
    let expected = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_eq!(international::hash(&[long]), array(expected));
}

#[test]
fn hmac_sha_256_gives_the_values_of_rfc_4231() {
    let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    assert_eq!(international::mac(&key(&"0b".repeat(20)), &[b"Hi ", b"There"]), array(expected));
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(international::mac(&key("4a656665"), &[b"what do ya want for nothing?"]), array(expected));
}

#[test]
fn ed25519_gives_the_signatures_of_rfc_8032() {
    // Section 7.1, tests 1 to 3: secret key, public key, message, signature.
    let cases = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595\
             bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb43\
             02aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716\
             ed28dc027beceea1ec40a",
        ),
    ];
    for (secret, public, message, signature) in cases {
        let signer = ed25519_dalek::SigningKey::from_bytes(&array(secret));
        assert_eq!(international::sign(&signer, &bytes(message)), array(signature));
        assert_eq!(
            international::verify(&international::public(&bytes(public)).unwrap(), &bytes(message), &array(signature)),
            Ok(())
        );
        let ours = SecretKey::from_seed(Suite::International, &array(secret)).unwrap();
        assert_eq!(ours.public().to_bytes()[1..], bytes(public));
    }
}

#[test]
fn xchacha20_poly1305_seals_as_the_draft_does() {
    // draft-irtf-cfrg-xchacha-03, A.3.1.
    let key = SymmetricKey(std::array::from_fn(|place| 0x80 + place as u8));
    let nonce = std::array::from_fn(|place| 0x40 + place as u8);
    let place = bytes("50515253c0c1c2c3c4c5c6c7");
    let plain =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen \
                  would be it.";
    let sealed = bytes(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c2\
         16cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c6\
         8b13b52ec0875924c1c7987947deafd8780acf49",
    );
    assert_eq!(international::seal(&key, &nonce, &place, plain).unwrap(), sealed);
    assert_eq!(international::open(&key, &nonce, &place, &sealed).unwrap(), plain);
}

#[test]
fn sm3_gives_the_hashes_of_gb_t_32905() {
    let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    assert_eq!(national::hash(&[b"a", b"bc"]), array(expected));
    let expected = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
    assert_eq!(national::hash(&[b"abcd".repeat(16).as_slice()]), array(expected));
}

#[test]
fn hmac_sm3_gives_the_values_of_gm_t_0042() {
    // Appendix D.3, the examples whose key is not longer than ours.
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
    let expected = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a";
    let counting = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
    assert_eq!(national::mac(&key(counting), &[&long]), array(expected));
    let expected = "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882";
    assert_eq!(national::mac(&key("4a656665"), &[b"what do ya want for nothing?"]), array(expected));
}

#[test]
fn sm4_gives_the_blocks_of_gb_t_32907() {
    let key: [u8; 16] = array("0123456789abcdeffedcba9876543210");
    let cipher = sm4::Sm4::new(&key.into());
    let mut block = key.into();
    cipher.encrypt_block(&mut block);
    assert_eq!(block.as_slice(), bytes("681edf34d206965e86b3e94f536e4246"));
    // The second example: the same, a million times over.
    for _ in 1..1_000_000 {
        cipher.encrypt_block(&mut block);
    }
    assert_eq!(block.as_slice(), bytes("595298c7c6fd271f0402f804c33d3f66"));
}

#[test]
fn sm4_gcm_seals_as_rfc_8998_does() {
    // Appendix A.1.
    let gcm = national::Sm4Gcm::new(&array::<16>("0123456789abcdeffedcba9876543210").into());
    let nonce = array::<12>("00001234567800000000abcd").into();
    let plain: Vec<u8> =
        [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].iter().flat_map(|byte: &u8| [*byte; 8]).collect();
    let place = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let sealed = gcm.encrypt(&nonce, Payload { msg: &plain, aad: &place }).unwrap();
    let expected = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a5683\
                    4cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec";
    assert_eq!(sealed, bytes(expected));
    assert_eq!(gcm.decrypt(&nonce, Payload { msg: &sealed, aad: &place }).unwrap(), plain);
}

#[test]
fn sm2_agrees_with_the_example_of_gb_t_32918() {
    // GB/T 32918.5 A.2: the recommended curve, the signer's name that everybody uses.
    let secret = array("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    let (x, y) = (
        bytes("09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"),
        bytes("ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"),
    );
    let key = national::secret(&secret).unwrap();
    let public = national::public_bytes(&key);
    assert_eq!(public, [&[0x03], x.as_slice()].concat(), "y is odd");

    // Z, and the hash that is signed, over the curve's parameters as the standard prints them.
    let curve = bytes(
        "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f\
         92ddbcbd414d940e9332c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692\
         153d0a9877cc62a474002df32e52139f0a0",
    );
    let length = (national::SIGNER.len() as u16 * 8).to_be_bytes();
    let z = national::hash(&[&length, national::SIGNER.as_bytes(), &curve, &x, &y]);
    assert_eq!(z, array("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"));
    let signed = national::hash(&[&z, b"message digest"]);
    assert_eq!(signed, array("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"));

    let signature = array(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42\
         d4840b69c485bbc1aa",
    );
    let checker = national::public(&public).unwrap();
    assert_eq!(national::verify(&checker, b"message digest", &signature), Ok(()));
    assert!(national::verify(&checker, b"message digests", &signature).is_err());
    assert_eq!(national::verify(&checker, b"message digest", &national::sign(&key, b"message digest")), Ok(()));
}

#[test]
fn sm2_takes_what_another_program_signed() {
    // Made with OpenSSL 3.0: pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678, over the words of the
    // purpose, a zero, and "a night".
    let seed = array("128b2fa8bd433c6c068c8d803dff79792a519a55171b1b650c23661d15897263");
    let key = SecretKey::from_seed(Suite::National, &seed).unwrap();
    let signature = Signature(array(
        "c0d23f029e4f18b79d43a6e20258830aff5066d817042330e607ededba61450e3c29543a91beb4f913c94e2898bc7fa0516286c341d939\
         dd104ca5419bd470de",
    ));
    assert_eq!(key.public().verify(Purpose::Request, b"a night", &signature), Ok(()));
    assert!(key.public().verify(Purpose::Reply, b"a night", &signature).is_err());
}

#[test]
fn what_is_computed_for_ever_stays_as_it_is() {
    // Golden: stored and sent bytes hang on these.
    let (key, parts): (_, [&[u8]; 2]) = (SymmetricKey([7; 32]), [b"one", b"two"]);
    let golden = Suite::ALL.iter().map(|suite| {
        let signed = SecretKey::from_seed(*suite, &[7; 32]).unwrap().sign(Purpose::Audit, b"a line");
        let sealed = suite.seal(&key, &[3; 24], b"place", b"words").unwrap();
        [
            suite.authenticate(&key, Purpose::Audit, &parts).to_vec(),
            suite.authenticate(&key, Purpose::DocumentSeal, &parts).to_vec(),
            signed.0.to_vec(),
            sealed,
        ]
    });
    let golden = golden.flatten().map(|bytes| data_encoding::HEXLOWER.encode(&bytes)).collect::<Vec<_>>().join("\n");
    assert_eq!(golden, include_str!("../golden/suites.txt").trim_end());
}
