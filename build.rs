//! Writes the built-in faces for `compose::pdf` to include. Typst's package of fonts has more:
//! those for formulas and the semibold ones are a tenth of the program, and letters have no use
//! for them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "pdf")]
    faces::write().expect("Cargo's folder for a build script can be written");
}

#[cfg(feature = "pdf")]
mod faces {
    use std::path::Path;
    use std::{env, fs, io};

    use ttf_parser::{Face, Weight, name_id};

    /// `faces.rs`, an array of all files of fonts.
    pub fn write() -> io::Result<()> {
        let folder = env::var_os("OUT_DIR").expect("Cargo sets it");
        let folder = Path::new(&folder);
        let mut list = String::new();
        for (n, font) in typst_assets::fonts().filter(|font| is_wanted(font)).enumerate() {
            fs::write(folder.join(format!("{n}.font")), font)?;
            list += &format!("include_bytes!(\"{n}.font\"), ");
        }
        fs::write(folder.join("faces.rs"), format!("[{list}] as [&[u8]; _]"))
    }

    fn is_wanted(font: &[u8]) -> bool {
        let face = Face::parse(font, 0).expect("the fonts of Typst can be read");
        let mut names = face.names().into_iter().filter(|name| name.name_id == name_id::FULL_NAME);
        let is_for_formulas =
            names.any(|name| name.to_string().is_some_and(|it| it.contains("Math")));
        !is_for_formulas && face.weight() != Weight::SemiBold
    }
}
