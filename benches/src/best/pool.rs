//! The largest of each square of 2 × 2.

#[inline(always)]
pub(super) fn pool(side: usize, x: &[f32], y: &mut [f32]) {
    for (two, y) in x.chunks_exact(2 * side).zip(y.chunks_exact_mut(side / 2)) {
        let (upper, lower) = two.split_at(side);
        for ((y, a), b) in y.iter_mut().zip(upper.as_chunks::<2>().0).zip(lower.as_chunks::<2>().0) {
            *y = a[0].max(a[1]).max(b[0].max(b[1]));
        }
    }
}

#[inline(always)]
pub(super) fn pool_backward(side: usize, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32]) {
    let pooled = y.chunks_exact(side / 2).zip(dy.chunks_exact(side / 2));
    for ((x, dx), (y, dy)) in x.chunks_exact(2 * side).zip(dx.chunks_exact_mut(2 * side)).zip(pooled) {
        let ((upper, lower), (above, below)) = (x.split_at(side), dx.split_at_mut(side));
        let squares = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let deltas = above.as_chunks_mut::<2>().0.iter_mut().zip(below.as_chunks_mut::<2>().0);
        for (((a, b), (above, below)), (y, dy)) in squares.zip(deltas).zip(y.iter().zip(dy)) {
            let mut rest = *dy;
            let mut take = |x: f32| {
                let taken = if x >= *y { rest } else { 0.0 };
                rest -= taken;
                taken
            };
            *above = [take(a[0]), take(a[1])];
            *below = [take(b[0]), take(b[1])];
        }
    }
}
