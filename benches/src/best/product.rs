//! Products of matrices by other crates.

/// Who multiplies matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The crate `matrixmultiply`.
    MatrixMultiply,
    /// The crate `gemm`, on one thread.
    Gemm,
}

/// What both crates multiply, and `matrixmultiply` by functions of different names.
pub(crate) trait Scalar: Copy + From<u8> + 'static {
    /// `dgemm` or `sgemm`.
    const GEMM: Gemm<Self>;
}

type Gemm<T> =
    unsafe fn(usize, usize, usize, T, *const T, isize, isize, *const T, isize, isize, T, *mut T, isize, isize);

impl Scalar for f32 {
    const GEMM: Gemm<f32> = matrixmultiply::sgemm;
}

impl Scalar for f64 {
    const GEMM: Gemm<f64> = matrixmultiply::dgemm;
}

/// A matrix to read.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Row by row.
    pub(crate) fn new(values: &'a [T], rows: usize, columns: usize) -> Self {
        assert!(values.len() == rows * columns);
        Self { values, rows, columns, row_stride: columns, column_stride: 1 }
    }

    pub(crate) fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

impl Product {
    /// `c = a · b`, row by row, added to what is there when `add`.
    #[allow(unsafe_code, reason = "both crates take pointers")]
    pub(crate) fn multiply<T: Scalar>(self, a: Matrix<'_, T>, b: Matrix<'_, T>, c: &mut [T], add: bool) {
        assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
        let (m, k, n) = (a.rows, a.columns, b.columns);
        let (a_row, a_column) = (a.row_stride.cast_signed(), a.column_stride.cast_signed());
        let (b_row, b_column) = (b.row_stride.cast_signed(), b.column_stride.cast_signed());
        let (a, b, c, c_row) = (a.values.as_ptr(), b.values.as_ptr(), c.as_mut_ptr(), n.cast_signed());
        let (keep, one) = (T::from(u8::from(add)), T::from(1));
        match self {
            // SAFETY: `Matrix::new` and the assertion above measured all three slices, and `c` is borrowed alone.
            Self::MatrixMultiply => unsafe {
                (T::GEMM)(m, k, n, one, a, a_row, a_column, b, b_row, b_column, keep, c, c_row, 1);
            },
            // SAFETY: as above.
            Self::Gemm => unsafe {
                let one_thread = gemm::Parallelism::None;
                gemm::gemm(
                    m, n, k, c, 1, c_row, add, a, a_column, a_row, b, b_column, b_row, keep, one, false, false, false,
                    one_thread,
                );
            },
        }
    }
}
