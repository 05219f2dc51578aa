//! The baseline of `gonets check --list`: the csv crate's own loop over a file, with lettre's parsing
//! of the address.

use std::time::Instant;

use lettre::Address;

fn main() {
    // `cargo bench` adds a flag of its own.
    let Some(file) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        return;
    };
    let begun = Instant::now();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_path(&file).expect("the file of the bench");
    let mut record = csv::StringRecord::new();
    let (mut rows, mut good) = (0u64, 0u64);
    while reader.read_record(&mut record).expect("the bench writes good CSV") {
        rows += 1;
        good += u64::from(record[0].parse::<Address>().is_ok());
    }
    eprintln!("{good} good addresses in {rows} rows");
    println!("{:.3}", begun.elapsed().as_secs_f64());
}
