//! Damaged, foreign and hostile files: a typed error with the numbers, never a panic, never a changed network.

use std::fs;
use std::io;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize};
use shapewise::data::csv::{self, Options, Table};
use shapewise::data::{Dataset, Split, Statistics, idx, mnist};
use shapewise::files::{load, save, write_atomically};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::{Error, Result};
use shapewise_tests::by_hand::Small;
use shapewise_tests::scratch::{self, Folder, gzip, message};

network! { struct Seeing: [1, 32, 32] -> [10] { conv2d(2, kernel = 5, stride = 4), global_avg_pool, dense(10) } }

fn idx_of(content: &[u8]) -> Result<idx::Idx> {
    idx::parse("f", content)
}

fn csv_of(text: &str) -> Result<Table> {
    csv::parse("f", text.as_bytes(), Options::default())
}

#[test]
fn idx_says_what_is_wrong() {
    let no_idx = "f: is no IDX file: it does not begin with two zero bytes, a type and a rank";
    let cases: &[(&[u8], &str)] = &[
        (b"", no_idx),
        (b"\0\0\x08", no_idx),
        (b"\x89PNG\r\n", no_idx),
        (b"\0\0\x0d\x01\0\0\0\x01", "f: holds 32-bit floats (type byte 0x0d), but only unsigned bytes are read"),
        (b"\0\0\x77\x01", "f: holds values of an unknown type (type byte 0x77), but only unsigned bytes are read"),
        (b"\0\0\x08\0", "f: has no dimensions"),
        (b"\0\0\x08\x02\0\0\0\x01\0", "f: is truncated: its 2 sizes take 8 bytes, but 5 are there"),
        (&scratch::idx(&[2, 0, 3], &[]), "f: has the sizes [2, 0, 3]: dimension 1 is 0"),
        (&scratch::idx(&[2, 2], &[1, 2, 3]), "f: is truncated: [2, 2] declares 4 values, but 3 are there"),
        (&scratch::idx(&[2, 2], &[1; 5]), "f: goes on after the 4 values that [2, 2] declares"),
        (
            &scratch::idx(&[u32::MAX; 3], &[]),
            "f: has the sizes [4294967295, 4294967295, 4294967295]: more values than memory can hold",
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(message(idx_of(content)), *expected);
    }
}

#[test]
fn idx_of_absurd_size_is_refused_before_anything_is_allocated() {
    let folder = Folder::new("absurd");
    let content = scratch::idx(&[65_535, 32_767], &[0; 10]);
    let error = idx::read(folder.file("f", &content)).unwrap_err();
    assert!(matches!(error, Error::Format { .. }));
    let declared = 65_535 * 32_767;
    let expected = format!("declares {declared} values, but at most 22 fit into it");
    assert!(error.to_string().ends_with(&expected), "{error}");
    let content = gzip(&content);
    let path = folder.file("f", &content);
    let expected = format!("declares {declared} values, but at most {} fit into it", content.len() * 1032);
    assert!(message(idx::read(path)).ends_with(&expected));
    // From a stream of unknown length, no more is read than there is.
    assert!(message(idx_of(&content)).ends_with("but 10 are there"));
}

#[test]
fn gzip_bombs_are_not_unpacked() {
    let mut bomb = scratch::idx(&[2, 5], &[]);
    bomb.resize(64 << 20, 0);
    assert_eq!(message(idx_of(&gzip(&bomb))), "f: goes on after the 10 values that [2, 5] declares");
    let bomb = gzip(&vec![b'1'; 64 << 20]);
    assert_eq!(message(csv::parse("f", &bomb[..], Options::default())), "f: line 1 is longer than 16777216 bytes");
    let rows = gzip("1,2\n".repeat(1000).as_bytes());
    let options = Options { most: 100, ..Options::default() };
    assert_eq!(message(csv::parse("f", &rows[..], options)), "f: line 51: more than 100 values");
}

#[test]
fn damaged_gzip_is_named() {
    let whole = gzip(&scratch::idx(&[3], &[1, 2, 3]));
    for length in 2..whole.len() {
        assert_eq!(message(idx_of(&whole[..length])), "f: ends in the middle of its compressed data");
    }
    for length in 0..2 {
        assert!(message(idx_of(&whole[..length])).starts_with("f: is no IDX file"));
    }
    let mut wrong_sum = whole.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    assert!(message(idx_of(&wrong_sum)).starts_with("f: is damaged: corrupt gzip stream"));
    let text = gzip(b"1,2\n3,4\n");
    for length in 2..text.len() {
        let error = csv::parse("f", &text[..length], Options::default());
        assert_eq!(message(error), "f: ends in the middle of its compressed data");
    }
}

#[test]
fn mnist_says_what_does_not_fit() {
    let folder = Folder::new("bad-mnist");
    let names =
        "train-images-idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte, train-images.idx3-ubyte.gz";
    let expected = format!("{}: the folder has none of {names}", folder.as_ref().display());
    assert_eq!(message(mnist::<f32>(&folder, Split::Train)), expected);
    let images = idx_of(&scratch::idx(&[3, 1, 2], &[0; 6])).unwrap();
    let labels = idx_of(&scratch::idx(&[2], &[0, 1])).unwrap();
    let error = message(Dataset::<f32, u32>::from_idx(&images, &labels));
    assert_eq!(error, "labels: expected 3 values, found 2");
    let error = message(Dataset::<f32, u32>::from_idx(&images, &images));
    assert_eq!(error, "dimensions of the labels: expected 1 values, found 3");
    let labels = idx_of(&scratch::idx(&[3], &[0, 1, 2])).unwrap();
    let set = Dataset::<f32, u32>::from_idx(&images, &labels).unwrap();
    assert_eq!(message(set.check_shape(&[784])), "the samples are [1, 2], but the network takes [784]");
    let images = idx_of(&scratch::idx(&[1, 28, 28], &[0; 784])).unwrap();
    let set = Dataset::<f32, u32>::from_idx(&images, &idx_of(&scratch::idx(&[1], &[0])).unwrap()).unwrap();
    for fits in [&[28, 28][..], &[1, 28, 28], &[784], &[784, 1]] {
        set.check_shape(fits).unwrap();
    }
    for (wrong, text) in [(&[1, 32, 32][..], "[1, 32, 32]"), (&[1, 14, 56], "[1, 14, 56]"), (&[10], "[10]")] {
        let expected = format!("the samples are [28, 28], but the network takes {text}");
        assert_eq!(message(set.check_shape(wrong)), expected);
    }
    assert_eq!(message(set.clone().shaped(&[28, 27])), "a sample's shape: expected 784 values, found 756");
    let mut network = Seeing::boxed(1);
    let mut trainer = Trainer::new(&mut *network, CrossEntropy::new(), Adam::default()).progress(Progress::off());
    let error = message(trainer.fit(&set));
    assert_eq!(error, "the samples are [28, 28], but the network takes [1, 32, 32]");
}

#[test]
fn csv_says_line_and_column() {
    let long = "x".repeat(100);
    let names = "a line of names needs `header: true`";
    let separator = "the separator is ',', which is not in this line";
    let cases = [
        ("", "f: holds no row of numbers".to_owned()),
        ("1,2\n3,x\n", "f: line 2, column 2: `x` is not a number".to_owned()),
        ("1,\n", "f: line 1, column 2: there is no number".to_owned()),
        ("1,2\n3\n", "f: line 2 has 1 columns, but the first line has 2".to_owned()),
        ("1,2\n3,4,5\n", "f: line 2 has 3 columns, but the first line has 2".to_owned()),
        ("1,2\n\n3,4\n", "f: line 2 is blank".to_owned()),
        ("1\nNaN\n", "f: line 2, column 1: `NaN` is not a finite number".to_owned()),
        ("1\n-inf\n", "f: line 2, column 1: `-inf` is not a finite number".to_owned()),
        ("1e999\n", "f: line 1, column 1: `1e999` is not a finite number".to_owned()),
        ("\"1\"\n", format!("f: line 1, column 1: `\\\"1\\\"` is not a number; {names}")),
        ("0x10\n", format!("f: line 1, column 1: `0x10` is not a number; {names}")),
        (&long, format!("f: line 1, column 1: `{}…` is not a number; {names}", &long[..40])),
        ("age,class\n31,0\n", format!("f: line 1, column 1: `age` is not a number; {names}")),
        ("31,NA\n", "f: line 1, column 2: `NA` is not a number".to_owned()),
        ("1;2\n3;4\n", format!("f: line 1, column 1: `1;2` is not a number; {separator}")),
    ];
    for (text, expected) in cases {
        assert_eq!(message(csv_of(text)), expected);
    }
    let header = Options { header: true, ..Options::default() };
    assert_eq!(message(csv::parse("f", &b"a,b\n"[..], header)), "f: holds no row of numbers");
    let error = message(csv::parse("f", &b"a,b\n1\n"[..], header));
    assert_eq!(error, "f: line 2 has 1 columns, but the first line has 2");
    let error = message(csv::parse("f", &b"a;b\n1;2\n"[..], header));
    assert_eq!(error, format!("f: line 2, column 1: `1;2` is not a number; {separator}"));
    assert_eq!(message(csv::parse("f", &b"1\n\xff\n"[..], Options::default())), "f: line 2 is not UTF-8 text");
}

#[test]
fn tables_become_data_only_if_they_fit() {
    let table = csv_of("1,2\n3,4.5\n").unwrap();
    let error = message(Dataset::<f32, u32>::from_table(&table, 1));
    assert_eq!(error, "f: line 2, column 2: 4.5 is not a class index");
    let error = message(Dataset::<f32, u32>::from_table(&table, 2));
    assert_eq!(error, "target column is 2, but must be below the number of columns");
    let error = message(Dataset::<f32, u32>::from_table(&csv_of("1\n").unwrap(), 0));
    assert_eq!(error, "columns with the target: expected 2 values, found 1");
    let options = Options { header: true, ..Options::default() };
    let named = csv::parse("f", &b"x,y\n1,-1\n"[..], options).unwrap();
    let error = message(Dataset::<f32, u32>::from_table(&named, 1));
    assert_eq!(error, "f: line 2, column 2: -1.0 is not a class index");
    let large = csv_of("1e300,1\n1,1e300\n").unwrap();
    let error = message(Dataset::<f32, f32>::from_table(&large, 1));
    assert_eq!(error, "f: line 2, column 2: 1e300 is not a 32-bit number");
    let error = message(Dataset::<f32, f64>::from_table(&large, 1));
    assert_eq!(error, "input 0 holds a value that is infinite or not a number");
    assert_eq!(message(table.beside(&named)), "rows of the other table: expected 2 values, found 1");
}

#[test]
fn data_sets_refuse_what_makes_no_sense() {
    let set = Dataset::new(1, vec![0.0, 1.0, f32::NAN], 1, vec![0, 1, 2_u32]).unwrap();
    for fraction in [0.0, 1.0, -0.5, 2.0, f64::NAN, f64::INFINITY] {
        let expected = format!("fraction is {fraction}, but must be between 0 and 1, both excluded");
        assert_eq!(message(set.split(fraction, 0)), expected);
        assert_eq!(message(set.split_by_class(fraction, 0)), expected);
    }
    assert_eq!(message(set.split(0.01, 0)), "the held-out part of the split is empty");
    assert_eq!(message(set.split_by_class(0.99, 0)), "the training part of the split is empty");
    assert_eq!(message(set.subset(&[])), "subset is empty");
    assert_eq!(message(set.subset(&[0, 3])), "index is 3, but must be below the number of samples");
    assert_eq!(message(set.batches(0).map(drop)), "batch size is 0, but must be >= 1");
    let not_finite = "input 2 holds a value that is infinite or not a number";
    assert_eq!(message(set.check_finite()), not_finite);
    assert_eq!(message(Statistics::of(&set)), not_finite);
    let empty = Dataset::<f32, u32>::new(1, vec![], 1, vec![]).unwrap();
    assert_eq!(message(Statistics::of(&empty)), "data set is empty");
    assert_eq!(message(empty.split(0.5, 0)), "the training part of the split is empty");
    let two = Statistics { mean: vec![0.0; 2], deviation: vec![1.0; 2] };
    assert_eq!(message(set.clone().standardise(&two)), "a sample: expected 2 values, found 1");
    let uneven = Statistics { mean: vec![0.0], deviation: vec![] };
    assert_eq!(message(set.standardise(&uneven)), "deviations: expected 1 values, found 0");
}

type Tensor = (&'static str, Dtype, Vec<usize>, Vec<u8>);

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The tensors of a file that `Small` can be loaded from.
fn sound() -> Vec<Tensor> {
    vec![
        ("fc1.weight", Dtype::F32, vec![4, 3], floats(&[1.0; 12])),
        ("fc1.bias", Dtype::F32, vec![4], floats(&[1.0; 4])),
        ("out.weight", Dtype::F32, vec![2, 4], floats(&[1.0; 8])),
        ("norm.weight", Dtype::F32, vec![2], floats(&[1.0; 2])),
        ("norm.bias", Dtype::F32, vec![2], floats(&[1.0; 2])),
        ("norm.running_mean", Dtype::F32, vec![2], floats(&[1.0; 2])),
        ("norm.running_var", Dtype::F32, vec![2], floats(&[1.0; 2])),
        ("norm.num_batches_tracked", Dtype::I64, vec![], 5_i64.to_le_bytes().to_vec()),
    ]
}

/// Loads a file of these tensors; a failure must leave the network as it was.
fn load_tensors(folder: &Folder, tensors: &[Tensor]) -> Result<()> {
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).expect("bytes for the shape"))
    });
    load_small(&folder.file("f", &serialize(views, None).expect("sound tensors")))
}

fn load_small(path: &Path) -> Result<()> {
    let mut network = Small::<f32>::counting();
    let result = load(&mut *network, path);
    assert_eq!(result.is_err(), network == Small::counting());
    result
}

#[test]
fn tensors_that_do_not_fit_are_named() {
    let folder = Folder::new("tensors");
    load_tensors(&folder, &sound()).unwrap();
    let change = |name: &'static str, dtype, shape: &[usize], bytes: Vec<u8>| {
        let mut tensors = sound();
        tensors.retain(|tensor| tensor.0 != name);
        tensors.push((name, dtype, shape.to_vec(), bytes));
        message(load_tensors(&folder, &tensors))
    };
    assert_eq!(
        change("fc1.weight", Dtype::F32, &[3, 4], floats(&[1.0; 12])),
        "tensor `fc1.weight`: has shape [3, 4], but the network needs [4, 3]"
    );
    assert_eq!(
        change("fc1.bias", Dtype::BF16, &[4], vec![0; 8]),
        "tensor `fc1.bias`: has values of type BF16, but the network needs F32 or F64"
    );
    assert_eq!(
        change("norm.num_batches_tracked", Dtype::F32, &[], floats(&[5.0])),
        "tensor `norm.num_batches_tracked`: has values of type F32, but the network needs I64"
    );
    assert_eq!(
        change("fc1.bias", Dtype::F32, &[4], floats(&[1.0, 2.0, f32::NAN, 4.0])),
        "tensor `fc1.bias`: value 2 is NaN, which the network's scalar cannot hold as a finite number"
    );
    let too_large = [1.0, 1e300, 1.0, 1.0_f64].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(
        change("fc1.bias", Dtype::F64, &[4], too_large),
        "tensor `fc1.bias`: value 1 is 1e300, which the network's scalar cannot hold as a finite number"
    );
    let error = change("out.bias", Dtype::F32, &[2], floats(&[1.0; 2]));
    assert!(error.starts_with("tensor `out.bias`: is in "), "{error}");
    assert!(error.contains("but `Small` has only fc1.weight, fc1.bias, out.weight, norm.weight"), "{error}");
    let mut tensors = sound();
    tensors.remove(1);
    let error = message(load_tensors(&folder, &tensors));
    assert!(error.starts_with("tensor `fc1.bias`: is missing from "), "{error}");
    assert!(error.contains("which has only fc1.weight, norm.bias"), "{error}");
}

#[test]
fn foreign_files_are_no_networks() {
    let folder = Folder::new("foreign");
    let check = |content: &[u8], expected: &str| {
        let error = load_small(&folder.file("f", content)).unwrap_err();
        assert!(matches!(error, Error::Format { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(b"", "is no safetensors file: it has 0 bytes, too few for the header's length");
    check(b"1234567", "it has 7 bytes, too few");
    check(&u64::MAX.to_le_bytes(), "a header of 18446744073709551615 bytes does not fit into 8");
    check(b"PK\x03\x04 a zip archive, such as torch.save writes", "is no safetensors file: a header of ");
    check(b"\x02\0\0\0\0\0\0\0[]", "is no sound safetensors file: ");
    check(b"\x02\0\0\0\0\0\0\0\xff\xff", "is no sound safetensors file: invalid UTF-8 in header");
    let header = br#"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,0]}}"#;
    let huge = [&(header.len() as u64).to_le_bytes()[..], &header[..]].concat();
    check(
        &huge,
        if cfg!(target_pointer_width = "64") { "is no sound safetensors file: overflow" } else { "expected usize" },
    );
    // A sparse file: its length is a number, its content takes no room.
    let path = folder.path("f");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = message(load_small(&path));
    assert!(error.contains("has 1099511627776 bytes, but the network's 33 values take at most"), "{error}");
}

#[test]
fn damaged_networks_never_load_half() {
    let folder = Folder::new("damaged");
    let path = folder.path("f");
    save(&*Small::<f32>::counting(), &path).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        assert!(matches!(load_small(&folder.file("f", &whole[..length])), Err(Error::Format { .. })), "{length} bytes");
    }
    let longer = folder.file("f", &[&whole[..], b"x"].concat());
    assert!(message(load_small(&longer)).ends_with("it is shorter or longer than its header says"));
    let mut random = Random::new(1);
    for _ in 0..2000 {
        let mut damaged = whole.clone();
        let at = random.below(damaged.len());
        damaged[at] ^= 1 << random.below(8);
        let mut network = Small::<f32>::counting();
        if load(&mut *network, folder.file("f", &damaged)).is_err() {
            assert_eq!(network, Small::counting());
        }
    }
}

#[test]
fn random_bytes_never_panic() {
    let folder = Folder::new("random");
    let mut random = Random::new(2);
    let images = scratch::idx(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let starts = [&images[..], &gzip(&images), &gzip(b"1,2\n3,4\n"), b"1.5,-2e3\n4,5\n", b"\x10\0\0\0\0\0\0\0{\"a\":"];
    for round in 0..4000 {
        let mut bytes: Vec<u8> = (0..random.below(64)).map(|_| random.bits() as u8).collect();
        if round % 2 == 0 {
            bytes = starts[random.below(starts.len())].to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
        }
        let _ = idx_of(&bytes);
        let _ = csv::parse("f", &bytes[..], Options { header: round % 3 == 0, ..Options::default() });
        assert!(load_small(&folder.file("f", &bytes)).is_err());
    }
}

#[test]
fn what_cannot_be_opened_is_an_io_error() {
    let folder = Folder::new("open");
    let absent = folder.path("absent");
    let errors = [
        idx::read(&absent).unwrap_err(),
        csv::read(&absent, Options::default()).unwrap_err(),
        load_small(&absent).unwrap_err(),
        mnist::<f32>(&absent, Split::Test).unwrap_err(),
        mnist::<f32>("/dev/null", Split::Test).unwrap_err(),
        idx::read(&folder).unwrap_err(),
        load_small(folder.as_ref()).unwrap_err(),
        save(&*Small::<f32>::counting(), absent.join("below")).unwrap_err(),
        save(&*Small::<f32>::counting(), &folder).unwrap_err(),
        save(&*Small::<f32>::counting(), "/").unwrap_err(),
    ];
    for error in &errors {
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
        assert!(std::error::Error::source(error).is_some());
    }
    assert!(errors[0].to_string().starts_with(&absent.display().to_string()));
    assert_eq!(errors[3].to_string(), errors[0].to_string(), "not that the folder lacks the files");
    assert_eq!(errors[9].to_string(), "/: the path names no file");
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_not_read_to_its_end() {
    let zeros = Path::new("/dev/zero");
    assert!(message(load_small(zeros)).starts_with("/dev/zero: is no sound safetensors file: "));
    assert!(message(idx::read(zeros)).starts_with("/dev/zero: holds values of an unknown type"));
    assert_eq!(message(csv::read(zeros, Options::default())), "/dev/zero: line 1 is longer than 16777216 bytes");
}

#[test]
fn a_failed_write_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new("atomic");
    let path = folder.path("history.csv");
    write_atomically(&path, |file| file.write_all(b"old")).unwrap();
    let failed = write_atomically(&path, |file| {
        file.write_all(&vec![b'n'; 100_000])?;
        Err(io::Error::other("no space left"))
    });
    assert_eq!(message(failed), format!("{}: no space left", path.display()));
    let panicked = std::panic::catch_unwind(|| write_atomically(&path, |_| panic!("a bug in the writer")));
    assert!(panicked.is_err());
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(folder.names(), ["history.csv"]);
    // The name is taken by a folder: the rename fails after all is written.
    fs::create_dir(folder.path("taken")).unwrap();
    assert!(write_atomically(folder.path("taken"), |file| file.write_all(b"new")).is_err());
    assert_eq!(folder.names(), ["history.csv", "taken"]);
    write_atomically(&path, |file| file.write_all(b"new")).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = Folder::new("device");
    // Links, so that a failure of this test replaces nothing but them.
    let (full, null, socket) = (folder.path("full"), folder.path("null"), folder.path("socket"));
    symlink("/dev/full", &full).unwrap();
    symlink("/dev/null", &null).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let refused = write_atomically(&full, |file| file.write_all(b"new"));
    assert!(message(refused).ends_with("No space left on device (os error 28)"));
    write_atomically(&null, |file| file.write_all(b"new")).unwrap();
    assert!(write_atomically(&socket, |file| file.write_all(b"new")).is_err());
    assert!([&full, &null].iter().all(|link| fs::symlink_metadata(link).unwrap().is_symlink()));
    assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(folder.names(), ["full", "null", "socket"]);
}
