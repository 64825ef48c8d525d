//! Random changes of images that leave their meaning: more data than there is.
//!
//! A transform changes one image of channels × height × width in place, channel slowest. Tuples of transforms apply
//! one after the other. All that is random comes from the generator that is handed in, so a seed gives the same images
//! on any number of threads. What comes from outside the image is 0: standardise first if black is another number.
//!
//! ```
//! use shapewise::data::augment::{Augment, Flip, Rotation, Shift};
//! use shapewise::random::Random;
//! let transform = (Flip::horizontal(0.5)?, Shift::new(2)?, Rotation::new(10.0)?);
//! let (mut image, mut scratch) = ([0.5_f32; 64], [0.0; 64]);
//! transform.apply([1, 8, 8], &mut image, &mut scratch, &mut Random::new(1));
//! # Ok::<(), shapewise::Error>(())
//! ```

mod brightness;
mod crop;
mod cutout;
mod flip;
mod mixup;
mod noise;
mod rotation;
mod shift;
mod warp;
mod zoom;

pub use brightness::Brightness;
pub use crop::Crop;
pub use cutout::Cutout;
pub use flip::Flip;
pub use mixup::Mixup;
pub use noise::Noise;
pub use rotation::Rotation;
pub use shift::Shift;
pub use zoom::Zoom;

use crate::random::Random;
use crate::real::Real;

/// A random change of an image.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not transform samples of `{T}`",
    label = "does not implement `Augment<{T}>`",
    note = "transformations are in `shapewise::data::augment`"
)]
pub trait Augment<T: Real> {
    /// Changes one image of `[channels, height, width]` in place. `scratch` is as long and may be overwritten.
    fn apply(&self, shape: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random);
}

macro_rules! one_after_the_other {
    ($($name:ident)+) => {
        impl<T: Real, $($name: Augment<T>),+> Augment<T> for ($($name,)+) {
            fn apply(&self, shape: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random) {
                #[allow(non_snake_case, reason = "a value has the name of its type")]
                let ($($name,)+) = self;
                $($name.apply(shape, image, scratch, random);)+
            }
        }
    };
}
one_after_the_other!(A);
one_after_the_other!(A B);
one_after_the_other!(A B C);
one_after_the_other!(A B C D);
one_after_the_other!(A B C D E);
one_after_the_other!(A B C D E F);
one_after_the_other!(A B C D E F G);
one_after_the_other!(A B C D E F G H);

/// Uniform in [−bound, bound].
fn either_way(random: &mut Random, bound: f64) -> f64 {
    bound * (2.0 * random.uniform() - 1.0)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
#[allow(clippy::cast_possible_wrap, reason = "small places")]
mod tests {
    use super::*;
    use crate::error::Result;

    /// Applies a transform to an image of 2 × 5 × 4 numbers from 0.
    fn changed(transform: &impl Augment<f64>, seed: u64) -> [f64; 40] {
        let mut image = core::array::from_fn(|i| i as f64);
        transform.apply([2, 5, 4], &mut image, &mut [f64::NAN; 40], &mut Random::new(seed));
        image
    }

    #[test]
    fn a_seed_gives_the_same_image_and_another_seed_another() {
        let all = (
            Shift::new(1).expect("in range"),
            Rotation::new(20.0).expect("in range"),
            Zoom::new(0.8, 1.2).expect("in range"),
            Crop::new(0.5).expect("in range"),
            Brightness::new(0.2, 0.2).expect("in range"),
            Noise::new(0.1).expect("in range"),
            Cutout::new(2).expect("in range"),
        );
        assert_eq!(changed(&all, 1), changed(&all, 1));
        assert_ne!(changed(&all, 1), changed(&all, 2));
        assert!(changed(&all, 1).iter().all(|value| value.is_finite()));
    }

    #[test]
    fn flips_turn_columns_and_rows_round() {
        let sideways = changed(&Flip::horizontal(1.0).expect("in range"), 1);
        assert_eq!(sideways[..8], [3.0, 2.0, 1.0, 0.0, 7.0, 6.0, 5.0, 4.0]);
        let upright = changed(&Flip::vertical(1.0).expect("in range"), 1);
        assert_eq!(upright[..8], [16.0, 17.0, 18.0, 19.0, 12.0, 13.0, 14.0, 15.0]);
        let never = changed(&Flip::vertical(0.0).expect("in range"), 1);
        assert_eq!(never, core::array::from_fn(|i| i as f64));
    }

    #[test]
    fn nothing_random_changes_nothing() {
        let still = (
            Shift::new(0).expect("in range"),
            Rotation::new(0.0).expect("in range"),
            Zoom::new(1.0, 1.0).expect("in range"),
            Crop::new(1.0).expect("in range"),
            Brightness::new(0.0, 0.0).expect("in range"),
            Noise::new(0.0).expect("in range"),
        );
        let found = changed(&still, 3);
        assert!(found.iter().enumerate().all(|(i, value)| (value - i as f64).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn a_shift_moves_whole_pixels_and_leaves_zeros() {
        for seed in 0..20 {
            let image = changed(&Shift::new(1).expect("in range"), seed);
            // The pixel 9 of row 2, column 1 comes to one of nine places.
            let at = image.iter().position(|value| *value == 9.0).expect("it stays inside");
            let (down, right) = (at as i64 / 4 - 2, at as i64 % 4 - 1);
            assert!(down.abs() <= 1 && right.abs() <= 1);
            for (i, value) in image.iter().enumerate().take(20) {
                let (row, column) = (i as i64 / 4 - down, i as i64 % 4 - right);
                let inside = (0..5).contains(&row) && (0..4).contains(&column);
                assert_eq!(*value, if inside { (row * 4 + column) as f64 } else { 0.0 });
            }
        }
    }

    #[test]
    fn a_rotation_keeps_the_centre_and_stays_within_its_angle() {
        let mut image = [0.0; 25];
        image[12] = 1.0;
        let rotation = Rotation::new(180.0).expect("in range");
        rotation.apply([1, 5, 5], &mut image, &mut [0.0; 25], &mut Random::new(4));
        assert!((image[12] - 1.0_f64).abs() < 1e-12);
    }

    #[test]
    fn a_cutout_clears_a_square_of_every_channel() {
        for seed in 0..20 {
            let mut image = [1.0; 50];
            let cutout = Cutout::new(3).expect("in range");
            cutout.apply([2, 5, 5], &mut image, &mut [0.0; 50], &mut Random::new(seed));
            let cleared = |channel: &[f64]| channel.iter().filter(|value| **value == 0.0).count();
            // The centre may be at an edge, where part of the square hangs over.
            assert!([4, 6, 9].contains(&cleared(&image[..25])), "{}", cleared(&image[..25]));
            assert_eq!(image[..25], image[25..]);
        }
    }

    #[test]
    fn noise_has_its_deviation() {
        let (mut image, mut scratch) = (vec![0.0; 10_000], vec![0.0; 10_000]);
        let noise = Noise::new(0.5).expect("in range");
        noise.apply([1, 100, 100], &mut image, &mut scratch, &mut Random::new(1));
        let variance = image.iter().map(|value: &f64| value * value).sum::<f64>() / 1e4;
        // Five standard deviations of the estimate.
        assert!((variance - 0.25).abs() < 5.0 * 0.25 * (2.0 / 1e4_f64).sqrt(), "{variance}");
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        let message = |result: Result<()>| result.expect_err("out of range").to_string();
        let cases = [
            (Flip::horizontal(1.5).map(|_| ()), "p is 1.5, but must be in [0, 1]"),
            (Rotation::new(f64::NAN).map(|_| ()), "degrees is NaN, but must be in [0, 180]"),
            (Zoom::new(0.0, 1.0).map(|_| ()), "smallest is 0, but must be > 0 and finite"),
            (Zoom::new(1.0, 0.5).map(|_| ()), "largest is 0.5, but must be at least `smallest` and finite"),
            (Crop::new(0.0).map(|_| ()), "smallest is 0, but must be in (0, 1]"),
            (Noise::new(-1.0).map(|_| ()), "deviation is -1, but must be >= 0 and finite"),
            (Cutout::new(0).map(|_| ()), "size is 0, but must be >= 1"),
            (Brightness::new(-1.0, 0.0).map(|_| ()), "brightness is -1, but must be >= 0 and finite"),
            (Brightness::new(0.0, 1.0).map(|_| ()), "contrast is 1, but must be in [0, 1)"),
            (Shift::new(1_000_001).map(|_| ()), "pixels is 1000001, but must be <= 1000000"),
            (Mixup::new(2.0).map(|_| ()), "alpha is 2, but must be in (0, 1]"),
        ];
        for (result, expected) in cases {
            assert_eq!(message(result), expected);
        }
    }
}
