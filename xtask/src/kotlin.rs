//! `cargo xtask kotlin`: Maven in `android/`, with what its tests need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::cargo::run;
use crate::native::Native;
use crate::offline::{self, Answer, Wrapper};
use crate::paths;
use crate::tools::Missing;

/// The oldest Java that the build is written for.
const JAVA: u32 = 17;
const MAVEN: &str = if cfg!(windows) { "mvn.cmd" } else { "mvn" };

pub(crate) fn command(release: bool, arguments: &[String]) -> Result<ExitCode> {
    maven(release, arguments)?;
    Ok(ExitCode::SUCCESS)
}

/// The Kotlin library, its tests and its packages. The tests' own JVMs have no network; Maven, which
/// starts them, may fetch what they need.
pub(crate) fn test() -> Result<()> {
    let arguments = ["--batch-mode", "--no-transfer-progress", "verify"].map(String::from);
    if !offline::AVAILABLE {
        return maven(false, &arguments);
    }
    let wrapper = Wrapper::new("kotlin")?;
    let java = java(&wrapper)?;
    // The one of the library's tests, and the one of the Android layer's.
    maven(
        false,
        &[&arguments[..], &[format!("-Djvm={}", java.display())]].concat(),
    )?;
    wrapper.check(2)
}

/// A `java` that starts Maven's own under the filter. It lies in a folder like a JDK's, of which
/// Surefire reads the version.
fn java(wrapper: &Wrapper) -> Result<PathBuf> {
    let home = home()?;
    let folder = wrapper.folder().join("jdk");
    fs::create_dir_all(folder.join("bin"))?;
    fs::copy(home.join("release"), folder.join("release"))?;
    let java = folder.join("bin/java");
    let (name, log) = wrapper.environment();
    // A JVM asks for sockets when it starts, to see which kinds the system has, before it is told
    // to open any file. It gets none, and goes on.
    let words = wrapper.words(Answer::Refuse)?.join("' '");
    let program = home.join("bin/java");
    fs::write(
        &java,
        format!(
            "#!/bin/sh\n{name}='{}' exec '{words}' '{}' \"$@\"\n",
            log.display(),
            program.display()
        ),
    )?;
    #[cfg(unix)]
    fs::set_permissions(&java, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(java)
}

fn maven(release: bool, arguments: &[String]) -> Result<()> {
    home()?;
    run(Command::new(MAVEN)
        .args(arguments)
        .envs(Native::build(release)?.environment()?)
        .current_dir(paths::root().join("android")))
}

/// The JDK that Maven runs on.
fn home() -> Result<PathBuf> {
    let said = Command::new(MAVEN).arg("--version").output();
    installed(said.ok().map(|output| output.stdout).as_deref())
}

/// The home of the JDK that Maven, from what it says about itself, runs on, if that will do.
fn installed(said: Option<&[u8]>) -> Result<PathBuf> {
    let Some(said) = said else {
        bail!(Missing(
            "no Maven found: install it (Debian, Ubuntu: apt-get install maven)".into()
        ));
    };
    let said = String::from_utf8_lossy(said);
    let after = |what| Some(said.split_once(what)?.1.split([',', '\n']).next()?.trim());
    let version = after("Java version: ");
    let major = version.and_then(|text| text.split('.').next()?.parse::<u32>().ok());
    let home = after("runtime: ").map(Path::new).unwrap_or(Path::new(""));
    let compiler = format!("bin/javac{}", std::env::consts::EXE_SUFFIX);
    let compiler = home.join(compiler).is_file();
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
    Ok(home.to_owned())
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
