//! The scalars that a network may be made of.

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::RealField;

use crate::isa::Isa;
use crate::kernels::{Kernels, math};

/// A scalar type of networks: `f32` and, with the feature `f64`, `f64` have fast kernels, [`Exact`] over any `RealField` plain loops.
///
/// The functions that take an [`Isa`] may round differently between instruction sets, never between threads.
///
/// ```
/// use shapewise::{Real, isa::Portable};
/// fn bell<T: Real>(x: T) -> T {
///     (-(x * x)).exp::<Portable>()
/// }
/// assert!((bell(0.5_f32) - 0.778_800_8).abs() < 1e-6);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is no scalar that networks compute in")]
#[cfg_attr(feature = "f64", diagnostic::on_unimplemented(label = "is neither `f32` nor `f64`"))]
#[cfg_attr(
    not(feature = "f64"),
    diagnostic::on_unimplemented(
        label = "is not `f32`",
        note = "`f64` is one with shapewise's feature of this name: `shapewise = {{ version = \"..\", features = [\"f64\"] }}`"
    )
)]
pub trait Real:
    Copy
    + Debug
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Kernels
{
    /// 0
    fn zero() -> Self;
    /// 1
    fn one() -> Self;
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The nearest `f64`; of a dual number, its real part.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// `self · b + c`, with one rounding where the instruction set has it.
    #[must_use]
    fn fma<I: Isa>(self, b: Self, c: Self) -> Self;
    /// √x
    #[must_use]
    fn sqrt(self) -> Self;
    /// |x|
    #[must_use]
    fn abs(self) -> Self;
    /// eˣ; in `f32`, 0 below 2⁻¹⁰⁰
    #[must_use]
    fn exp<I: Isa>(self) -> Self;
    /// eˣ − 1, exact near 0
    #[must_use]
    fn exp_m1<I: Isa>(self) -> Self;
    /// ln x
    #[must_use]
    fn ln<I: Isa>(self) -> Self;
    /// ln (1 + x), exact near 0
    #[must_use]
    fn ln_1p<I: Isa>(self) -> Self;
    /// tanh x
    #[must_use]
    fn tanh<I: Isa>(self) -> Self;
    /// 1 / (1 + e⁻ˣ); in `f32`, 0 below 2⁻¹⁰⁰
    #[must_use]
    fn sigmoid<I: Isa>(self) -> Self;
    /// The error function 2/√π · ∫₀ˣ e^(−t²) dt
    #[must_use]
    fn erf<I: Isa>(self) -> Self;

    /// The larger of two; `other` when `self` is NaN.
    #[must_use]
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    /// The smaller of two; `other` when `self` is NaN.
    #[must_use]
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
}

/// √x. `libm::sqrt` is an instruction of SSE by name: amid those of AVX, Intel's processors wait 140 ns for it.
#[inline(always)]
pub(crate) fn sqrt(x: f64) -> f64 {
    #[cfg(feature = "std")]
    return x.sqrt();
    #[cfg(not(feature = "std"))]
    return libm::sqrt(x);
}

/// Any `RealField` as the scalar of a network, through the reference kernels.
///
/// Dual numbers give exact derivatives of a network this way:
///
/// ```
/// use num_dual::Dual64;
/// use shapewise::{Exact, Real, isa::Portable};
/// let x = Exact(Dual64::new(0.5, 1.0));
/// let y = x.tanh::<Portable>();
/// assert!((y.0.eps - (1.0 - 0.5_f64.tanh().powi(2))).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Exact<R>(pub R);

macro_rules! exact_operator {
    ($trait:ident $method:ident $assign:ident $assign_method:ident) => {
        impl<R: RealField + Copy> $trait for Exact<R> {
            type Output = Self;
            #[inline]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0))
            }
        }
        impl<R: RealField + Copy> $assign for Exact<R> {
            #[inline]
            fn $assign_method(&mut self, other: Self) {
                self.0.$assign_method(other.0);
            }
        }
    };
}
exact_operator!(Add add AddAssign add_assign);
exact_operator!(Sub sub SubAssign sub_assign);
exact_operator!(Mul mul MulAssign mul_assign);
exact_operator!(Div div DivAssign div_assign);

impl<R: RealField + Copy> Neg for Exact<R> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<R: RealField + Copy> Kernels for Exact<R> {}

impl<R: RealField + Copy> Real for Exact<R> {
    fn zero() -> Self {
        Self(R::zero())
    }
    fn one() -> Self {
        Self(R::one())
    }
    fn from_f64(value: f64) -> Self {
        Self(nalgebra::convert(value))
    }
    fn to_f64(self) -> f64 {
        self.0.to_subset().unwrap_or(f64::NAN)
    }
    fn is_finite(self) -> bool {
        self.0.is_finite()
    }
    fn fma<I: Isa>(self, b: Self, c: Self) -> Self {
        self * b + c
    }
    fn sqrt(self) -> Self {
        Self(self.0.sqrt())
    }
    fn abs(self) -> Self {
        Self(self.0.abs())
    }
    fn exp<I: Isa>(self) -> Self {
        Self(self.0.exp())
    }
    fn exp_m1<I: Isa>(self) -> Self {
        Self(self.0.exp_m1())
    }
    fn ln<I: Isa>(self) -> Self {
        Self(self.0.ln())
    }
    fn ln_1p<I: Isa>(self) -> Self {
        Self(self.0.ln_1p())
    }
    fn tanh<I: Isa>(self) -> Self {
        Self(self.0.tanh())
    }
    fn sigmoid<I: Isa>(self) -> Self {
        // On the side where e^(−|x|) cannot overflow.
        if self < Self::zero() {
            let e = self.exp::<I>();
            e / (Self::one() + e)
        } else {
            Self::one() / (Self::one() + (-self).exp::<I>())
        }
    }
    fn erf<I: Isa>(self) -> Self {
        math::erf_series(self)
    }
}

macro_rules! float {
    ($t:ident, $fma:ident, $sqrt:path, $abs:path) => {
        impl Real for $t {
            #[inline(always)]
            fn zero() -> Self {
                0.0
            }
            #[inline(always)]
            fn one() -> Self {
                1.0
            }
            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
            #[inline(always)]
            fn fma<I: Isa>(self, b: Self, c: Self) -> Self {
                I::$fma(self, b, c)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $abs(self)
            }
            #[inline(always)]
            fn exp<I: Isa>(self) -> Self {
                math::$t::exp::<I>(self)
            }
            #[inline(always)]
            fn exp_m1<I: Isa>(self) -> Self {
                math::$t::exp_m1::<I>(self)
            }
            #[inline(always)]
            fn ln<I: Isa>(self) -> Self {
                math::$t::ln::<I>(self)
            }
            #[inline(always)]
            fn ln_1p<I: Isa>(self) -> Self {
                math::$t::ln_1p::<I>(self)
            }
            #[inline(always)]
            fn tanh<I: Isa>(self) -> Self {
                math::$t::tanh::<I>(self)
            }
            #[inline(always)]
            fn sigmoid<I: Isa>(self) -> Self {
                math::$t::sigmoid::<I>(self)
            }
            #[inline(always)]
            fn erf<I: Isa>(self) -> Self {
                math::$t::erf::<I>(self)
            }
        }
    };
}
#[cfg(feature = "std")]
float!(f32, fma32, f32::sqrt, f32::abs);
#[cfg(all(feature = "f64", feature = "std"))]
float!(f64, fma64, f64::sqrt, f64::abs);
#[cfg(not(feature = "std"))]
float!(f32, fma32, libm::sqrtf, f32::abs);
#[cfg(all(feature = "f64", not(feature = "std")))]
float!(f64, fma64, libm::sqrt, f64::abs);
