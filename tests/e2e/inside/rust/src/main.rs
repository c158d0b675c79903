//! A client that knows a URL and its certificate: `client rustls my_client`, or with native-tls, which is OpenSSL.

use std::{env, error::Error, fs, io::BufReader, process, sync::Arc};

use rustls::{Certificate, ClientConfig, PrivateKey, RootCertStore};

const URL: &str = "https://api.example.com/widgets";

fn by_rustls(name: &str) -> Result<ureq::AgentBuilder, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    for one in rustls_native_certs::load_native_certs()? {
        roots.add(&Certificate(one.0)).ok(); // a machine's store may have some that it does not take
    }
    let mut file = BufReader::new(fs::File::open(format!("{name}.pem"))?);
    let chain = rustls_pemfile::certs(&mut file)?.into_iter().map(Certificate).collect();
    let mut file = BufReader::new(fs::File::open(format!("{name}.key"))?);
    let key = PrivateKey(rustls_pemfile::pkcs8_private_keys(&mut file)?.remove(0));
    let config = ClientConfig::builder()
        .with_safe_defaults()
        .with_root_certificates(roots)
        .with_single_cert(chain, key)?;
    Ok(ureq::builder().tls_config(Arc::new(config)))
}

fn by_native_tls(name: &str) -> Result<ureq::AgentBuilder, Box<dyn Error>> {
    let identity = native_tls::Identity::from_pkcs8(
        &fs::read(format!("{name}.pem"))?,
        &fs::read(format!("{name}.key"))?,
    )?;
    let connector = native_tls::TlsConnector::builder().identity(identity).build()?;
    Ok(ureq::builder().tls_connector(Arc::new(connector)))
}

fn run(library: &str, name: &str) -> Result<String, Box<dyn Error>> {
    let builder = if library == "rustls" { by_rustls(name)? } else { by_native_tls(name)? };
    Ok(builder.build().get(URL).call()?.into_string()?)
}

fn main() {
    let words: Vec<String> = env::args().collect();
    match run(&words[1], &words[2]) {
        Ok(body) => println!("{body}"),
        Err(error) => {
            eprintln!("{error}");
            process::exit(1);
        }
    }
}
