//! `cargo xtask kotlin`: Maven in `android/`, with what its tests need.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::cargo::run;
use crate::native::Native;
use crate::paths;
use crate::tools::Missing;

/// The oldest Java that the build is written for.
const JAVA: u32 = 17;
const MAVEN: &str = if cfg!(windows) { "mvn.cmd" } else { "mvn" };

pub(crate) fn command(release: bool, arguments: &[String]) -> Result<ExitCode> {
    maven(release, arguments)?;
    Ok(ExitCode::SUCCESS)
}

/// The Kotlin library, its tests and its packages.
pub(crate) fn test() -> Result<()> {
    let arguments = ["--batch-mode", "--no-transfer-progress", "verify"];
    maven(false, &arguments.map(String::from))
}

fn maven(release: bool, arguments: &[String]) -> Result<()> {
    let said = Command::new(MAVEN).arg("--version").output();
    installed(said.ok().map(|output| output.stdout).as_deref())?;
    run(Command::new(MAVEN)
        .args(arguments)
        .envs(Native::build(release)?.environment()?)
        .current_dir(paths::root().join("android")))
}

/// Whether Maven, from what it says about itself, runs on a JDK that will do.
fn installed(said: Option<&[u8]>) -> Result<()> {
    let Some(said) = said else {
        bail!(Missing(
            "no Maven found: install it (Debian, Ubuntu: apt-get install maven)".into()
        ));
    };
    let said = String::from_utf8_lossy(said);
    let after = |what| Some(said.split_once(what)?.1.split([',', '\n']).next()?.trim());
    let version = after("Java version: ");
    let major = version.and_then(|text| text.split('.').next()?.parse::<u32>().ok());
    let compiler = after("runtime: ").is_some_and(|home| {
        let compiler = format!("bin/javac{}", std::env::consts::EXE_SUFFIX);
        Path::new(home).join(compiler).is_file()
    });
    if major.is_none_or(|major| major < JAVA) || !compiler {
        let found = match version {
            Some(version) if compiler => format!("Java {version}"),
            Some(version) => format!("Java {version} without a compiler"),
            None => "no Java".into(),
        };
        bail!(Missing(format!(
            "no JDK {JAVA} found, Maven has {found}: install one, or point JAVA_HOME to it \
             (Debian, Ubuntu: apt-get install openjdk-{JAVA}-jdk-headless)"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(said: Option<&str>) -> String {
        let error = installed(said.map(str::as_bytes)).unwrap_err();
        assert!(error.is::<Missing>());
        error.to_string()
    }

    #[test]
    fn what_is_missing_is_named_with_what_to_install() {
        assert!(message(None).contains("apt-get install maven"));
        assert!(message(Some("")).contains("Maven has no Java"));
        let old = "Apache Maven 3.8.7\nJava version: 11.0.2, vendor: X, runtime: /none\n";
        let message = message(Some(old));
        assert!(message.contains("Java 11.0.2 without"), "{message}");
        assert!(message.contains("openjdk-17-jdk-headless"), "{message}");
    }

    #[test]
    fn a_jdk_is_a_java_with_a_compiler() {
        let home = std::env::temp_dir().join(format!("colorist-jdk-{}", std::process::id()));
        let said = |version| {
            let runtime = home.display();
            format!("Java version: {version}, vendor: X, runtime: {runtime}\n")
        };
        assert!(message(Some(&said("21.0.2"))).contains("without a compiler"));
        let compiler = format!("javac{}", std::env::consts::EXE_SUFFIX);
        std::fs::create_dir_all(home.join("bin")).unwrap();
        std::fs::write(home.join("bin").join(compiler), "").unwrap();
        let outcomes = ["21.0.2", "17"].map(|version| installed(Some(said(version).as_bytes())));
        let old = message(Some(&said("11.0.2")));
        std::fs::remove_dir_all(&home).unwrap();
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert!(old.contains("Maven has Java 11.0.2:"), "{old}");
    }
}
