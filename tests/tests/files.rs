//! Data and networks come back from files as they went in.

use std::fs;

use safetensors::{Dtype, SafeTensors};
use shapewise::__private::Block;
use shapewise::data::csv::{self, Options};
use shapewise::data::{Dataset, Split, Statistics, idx, mnist};
use shapewise::files::{LoadOptions, Metadata, load, load_with, save, save_with, write_atomically};
use shapewise_tests::by_hand::Small;
use shapewise_tests::scratch::{self, Folder, gzip};

#[test]
fn idx_round_trip_plain_and_compressed() {
    let folder = Folder::new("idx");
    let content = scratch::idx(&[2, 2, 3], &[0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]);
    for (name, content) in [("plain", content.clone()), ("compressed", gzip(&content))] {
        let images = idx::read(folder.file(name, &content)).unwrap();
        assert_eq!(images.sizes(), [2, 2, 3]);
        assert_eq!(images.data(), [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]);
        assert_eq!(idx::parse(name, &content[..]).unwrap(), images);
    }
}

#[test]
fn mnist_finds_every_form_of_the_names() {
    let images = scratch::idx(&[2, 1, 2], &[0, 255, 51, 0]);
    let labels = scratch::idx(&[2], &[7, 1]);
    for (joint, compressed) in [("-", false), ("-", true), (".", false), (".", true)] {
        let folder = Folder::new(&format!("mnist{joint}{compressed}"));
        for (stem, split) in [("train", Split::Train), ("t10k", Split::Test)] {
            let ending = if compressed { ".gz" } else { "" };
            let packed = |content: &[u8]| if compressed { gzip(content) } else { content.to_vec() };
            folder.file(&format!("{stem}-images{joint}idx3-ubyte{ending}"), &packed(&images));
            folder.file(&format!("{stem}-labels{joint}idx1-ubyte{ending}"), &packed(&labels));
            let set = mnist::<f64>(&folder, split).unwrap();
            assert_eq!(set.inputs(), [0.0, 1.0, 0.2, 0.0]);
            assert_eq!(set.targets(), [7, 1]);
        }
    }
}

#[test]
fn csv_round_trip_plain_and_compressed() {
    let folder = Folder::new("csv");
    let values = [0.1, -2.5e-300, 3.0, f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0];
    let path = folder.path("table.csv");
    write_atomically(&path, |file| {
        writeln!(file, "a; b ;c")?;
        values.chunks(3).try_for_each(|row| writeln!(file, "{};{} ; {}", row[0], row[1], row[2]))
    })
    .unwrap();
    let options = Options { separator: ';', header: true, ..Options::default() };
    let table = csv::read(&path, options).unwrap();
    assert_eq!((table.rows(), table.columns()), (2, 3));
    assert_eq!(table.names(), ["a", "b", "c"]);
    assert_eq!(table.values(), values);
    let again = csv::parse(&path, &gzip(&fs::read(&path).unwrap())[..], options).unwrap();
    assert_eq!(again, table);
}

#[test]
fn csv_takes_what_spreadsheets_write() {
    let text = "\"fixed acidity\";\"a; \"\"b\"\"\"; c\r\n1;2;3\r\n\r\n";
    let table =
        csv::parse("t", text.as_bytes(), Options { separator: ';', header: true, ..Options::default() }).unwrap();
    assert_eq!(table.names(), ["fixed acidity", "a; \"b\"", "c"]);
    assert_eq!(table.values(), [1.0, 2.0, 3.0]);
    let text = "\u{feff}1,2\r\n3, 4\r\n5,6";
    assert_eq!(csv::parse("t", text.as_bytes(), Options::default()).unwrap().values(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn embedded_digits_and_diabetes() {
    let digits = include_bytes!("../../examples/data/digits.csv.gz");
    let table = csv::parse("digits.csv.gz", &digits[..], Options::default()).unwrap();
    let set = Dataset::<f32, u32>::from_table(&table, 64).unwrap().scale(1.0 / 16.0);
    assert_eq!((set.len(), set.features()), (1797, 64));
    assert!(set.inputs().iter().all(|x| (0.0..=1.0).contains(x)));
    let mut counts = [0; 10];
    set.targets().iter().for_each(|&label| counts[label as usize] += 1);
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]); // optdigits.names at UCI, of the test set

    let options = Options { separator: ' ', ..Options::default() };
    let inputs = include_bytes!("../../examples/data/diabetes_data_raw.csv.gz");
    let targets = include_bytes!("../../examples/data/diabetes_target.csv.gz");
    let inputs = csv::parse("diabetes_data_raw.csv.gz", &inputs[..], options).unwrap();
    let targets = csv::parse("diabetes_target.csv.gz", &targets[..], options).unwrap();
    let set = Dataset::<f64, f64>::from_table(&inputs.beside(&targets).unwrap(), 10).unwrap();
    assert_eq!((set.len(), set.features()), (442, 10));
    assert_eq!(set.target(0), [151.0]);
    assert_eq!(set.input(0), [59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0]);
}

#[test]
fn splits_keep_every_sample_once_and_classes_in_proportion() {
    let labels: Vec<u32> = (0..100).map(|i| u32::from(i >= 90) + u32::from(i >= 60)).collect();
    let set = Dataset::new(2, (0..200).map(f64::from).collect(), 1, labels).unwrap();
    for seed in 0..20 {
        let (train, test) = set.split_by_class(0.2, seed).unwrap();
        let count = |set: &Dataset<f64, u32>, class| set.targets().iter().filter(|&&label| label == class).count();
        assert_eq!([0, 1, 2].map(|class| count(&test, class)), [12, 6, 2]);
        for (train, test) in [(train, test), set.split(0.2, seed).unwrap()] {
            assert_eq!((train.len(), test.len()), (80, 20));
            let mut firsts: Vec<f64> = train.inputs().iter().chain(test.inputs()).copied().step_by(2).collect();
            firsts.sort_by(f64::total_cmp);
            assert_eq!(firsts, (0..100).map(|i| f64::from(2 * i)).collect::<Vec<_>>());
            let label_of = |x: f64| u32::from(x >= 180.0) + u32::from(x >= 120.0);
            assert!((0..80).all(|i| train.target(i)[0] == label_of(train.input(i)[0])));
        }
        assert_eq!(set.split(0.2, seed).unwrap(), set.split(0.2, seed).unwrap());
    }
    assert_ne!(set.split(0.2, 1).unwrap(), set.split(0.2, 2).unwrap());
}

#[test]
fn shuffling_keeps_inputs_with_their_targets() {
    let mut set = Dataset::new(2, (0..40_u8).map(f32::from).collect(), 2, (0..40_u32).collect()).unwrap();
    let before = set.clone();
    set.shuffle(3);
    assert_ne!(set, before);
    assert!(set.inputs().iter().zip(set.targets()).all(|(&x, &y)| x as u32 == y));
    let mut targets = set.targets().to_vec();
    targets.sort_unstable();
    assert_eq!(targets, before.targets());
    let batches: Vec<_> = set.batches(8).unwrap().map(|(x, y)| (x.len(), y.len())).collect();
    assert_eq!(batches, [(16, 16), (16, 16), (8, 8)]);
    assert_eq!(set.batches(usize::MAX).unwrap().count(), 1);
}

#[test]
fn standardised_data_has_mean_0_and_deviation_1() {
    // The second feature never changes, and its sum is not exact.
    let inputs = (0..1000).flat_map(|i| [f64::from(i) * 3.0 + 1e6, 0.1]).collect();
    let set = Dataset::new(2, inputs, 1, vec![0_u32; 1000]).unwrap();
    let statistics = Statistics::of(&set).unwrap();
    assert_eq!(statistics.deviation[1..], [1.0]);
    let again = Statistics::of(&set.standardise(&statistics).unwrap()).unwrap();
    assert!(again.mean.iter().all(|mean| mean.abs() < 1e-12));
    assert!((again.deviation[0] - 1.0).abs() < 1e-12);
}

#[test]
fn networks_come_back_with_their_texts() {
    let folder = Folder::new("networks");
    let path = folder.path("small.safetensors");
    let texts =
        Metadata::from([("classes".to_owned(), "a, \"b\"".to_owned()), ("scale".to_owned(), "1/16".to_owned())]);
    let saved = Small::<f32>::counting();
    save_with(&*saved, &texts, &path).unwrap();
    assert_eq!(folder.names(), ["small.safetensors"]);
    let mut loaded = Small::<f32>::zeroed();
    assert_eq!(load_with(&mut *loaded, &path, LoadOptions::default()).unwrap(), texts);
    assert_eq!(loaded, saved);
    let mut loaded = Small::<f64>::zeroed();
    load(&mut *loaded, &path).unwrap();
    assert_eq!(loaded, Small::counting());
    save(&*loaded, &path).unwrap();
    let mut loaded = Small::<f32>::zeroed();
    assert!(load_with(&mut *loaded, &path, LoadOptions::default()).unwrap().is_empty());
    assert_eq!(loaded, saved);
}

#[test]
fn saved_tensors_have_the_names_and_layouts_of_pytorch() {
    let folder = Folder::new("layout");
    let path = folder.path("small.safetensors");
    save(&*Small::<f32>::counting(), &path).unwrap();
    let content = fs::read(&path).unwrap();
    let file = SafeTensors::deserialize(&content).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "fc1.bias",
            "fc1.weight",
            "norm.bias",
            "norm.num_batches_tracked",
            "norm.running_mean",
            "norm.running_var",
            "norm.weight",
            "out.weight"
        ]
    );
    let weight = file.tensor("fc1.weight").unwrap();
    assert_eq!((weight.dtype(), weight.shape()), (Dtype::F32, &[4, 3][..]));
    // Memory counts down the columns, the file along the rows.
    let expected = [1.0, 5.0, 9.0, 2.0, 6.0, 10.0, 3.0, 7.0, 11.0, 4.0, 8.0, 12.0_f32];
    let expected: Vec<u8> = expected.iter().flat_map(|x| (x / 8.0).to_le_bytes()).collect();
    assert_eq!(weight.data(), expected);
    let counter = file.tensor("norm.num_batches_tracked").unwrap();
    assert_eq!((counter.dtype(), counter.shape(), counter.data()), (Dtype::I64, &[][..], &8_i64.to_le_bytes()[..]));
    save(&*Small::<f64>::counting(), &path).unwrap();
    let content = fs::read(&path).unwrap();
    assert_eq!(SafeTensors::deserialize(&content).unwrap().tensor("out.weight").unwrap().dtype(), Dtype::F64);
}

#[test]
fn a_diverged_network_can_be_looked_at() {
    let folder = Folder::new("diverged");
    let path = folder.path("small.safetensors");
    let mut network = Small::<f32>::counting();
    network.fc1.bias[1] = f32::NAN;
    save(&*network, &path).unwrap();
    let mut loaded = Small::<f32>::zeroed();
    load_with(&mut *loaded, &path, LoadOptions { allow_not_finite: true }).unwrap();
    assert!(loaded.fc1.bias[1].is_nan());
    assert_eq!(loaded.out, network.out);
}
