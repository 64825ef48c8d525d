::shapewise::__private::in_editor! {
    const _ : & [fn ()] = & [::shapewise::__private::words::layers::flatten:: <
    ::shapewise::__private::words::Vector < 4usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::dense:: <
    ::shapewise::__private::words::Vector < _ >, ::shapewise::__private::words::Count < _
    >>, ::shapewise::__private::words::options::bias,
    ::shapewise::__private::words::layers::batch_norm:: <
    ::shapewise::__private::words::Vector < _ >, ::shapewise::__private::words::Count < _
    >>, ::shapewise::__private::words::layers::relu:: <
    ::shapewise::__private::words::Vector < _ >, ::shapewise::__private::words::Count <
    0usize >>, ::shapewise::__private::words::layers::dropout:: <
    ::shapewise::__private::words::Vector < _ >, ::shapewise::__private::words::Count <
    0usize >>, ::shapewise::__private::words::layers::dense:: <
    ::shapewise::__private::words::Vector < 3usize >,
    ::shapewise::__private::words::Count < _ >>];
}
/// Normalised, and generic over its scalar and its width.
///
/// ```text
/// Net
/// layer     type           output         parameters
/// input                    [1, 2, 2]
/// flatten1  flatten        [4]                     0
/// fc1       dense          [HIDDEN]       4 * HIDDEN
/// norm      batch_norm     [HIDDEN]       2 * HIDDEN
/// relu1     relu           [HIDDEN]                0
/// dropout1  dropout(0.25)  [HIDDEN]                0
/// out       dense          [3]        HIDDEN * 3 + 3
/// 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3 parameters, 8 * HIDDEN + 2 * HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3 FLOPs a sample
/// ```
#[repr(C, align(64))]
pub(crate) struct Net<T, const HIDDEN: usize> {
    /// `dense`: gives `[HIDDEN]`, has 4 * HIDDEN parameters.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, 0>,
    /// `batch_norm`: gives `[HIDDEN]`, has 2 * HIDDEN parameters.
    pub norm: ::shapewise::__private::layers::BatchNorm<T, HIDDEN, 1>,
    /// `dense`: gives `[3]`, has HIDDEN * 3 + 3 parameters.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
    /// What is not trained: running statistics.
    pub buffers: NetBuffers<T, HIDDEN>,
}
/// The parameters of [`Net`] by layer, or their gradient.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub(crate) struct NetParameters<T, const HIDDEN: usize> {
    /// `dense`: gives `[HIDDEN]`, has 4 * HIDDEN parameters.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, 0>,
    /// `batch_norm`: gives `[HIDDEN]`, has 2 * HIDDEN parameters.
    pub norm: ::shapewise::__private::layers::BatchNorm<T, HIDDEN, 1>,
    /// `dense`: gives `[3]`, has HIDDEN * 3 + 3 parameters.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
}
impl<T, const HIDDEN: usize> ::shapewise::__private::Part for Net<T, HIDDEN> {
    type Parameters = NetParameters<T, HIDDEN>;
    type Buffers = NetBuffers<T, HIDDEN>;
}
/// The running statistics of [`Net`], by layer.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub(crate) struct NetBuffers<T, const HIDDEN: usize> {
    /// `batch_norm`: gives `[HIDDEN]`, has 2 * HIDDEN parameters.
    pub norm: ::shapewise::__private::layers::BatchNormBuffers<T, HIDDEN>,
}
#[allow(
    unused_variables,
    clippy::same_name_method,
    reason = "layers differ in what they look at"
)]
const _: () = {
    use ::shapewise::__private as __rt;
    impl<T, const HIDDEN: usize> Net<T, HIDDEN> {
        __rt::with_alloc! {
            #[doc =
            r" The network on the heap, its parameters set as declared, all from one seed."]
            #[must_use] pub fn boxed(seed : u64) -> __rt::Box < Self > where T :
            __rt::Real, { let mut network = < Self as __rt::Block < T >> ::zeroed();
            __rt::Network::initialise(& mut * network, seed); network } #[doc =
            r" Inference for the columns of a matrix, in memory that was allocated once."]
            #[doc = r""] #[doc = r" # Errors"] #[doc = r""] #[doc =
            r" When the matrices have different numbers of columns."] pub fn
            forward_batch < __Samples, __Inputs, __Outputs > (& self, inputs : &
            __rt::Matrix < T, __rt::Const < 4 >, __Samples, __Inputs >, outputs : & mut
            __rt::Matrix < T, __rt::Const < 3 >, __Samples, __Outputs >, memory : & mut
            __rt::Inference < Self >,) -> __rt::Result < () > where T : __rt::Real,
            __Samples : __rt::Dim, __Inputs : __rt::Columns < T, 4, __Samples >,
            __Outputs : __rt::ColumnsMut < T, 3, __Samples >, { memory
            .forward_batch(self, inputs, outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(&self, input: &__rt::SVector<T, 4>) -> __rt::SVector<T, 3>
        where
            T: __rt::Real,
        {
            __rt::one_sample::<Self, T, 4, 3>(self, input.as_slice())
        }
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Block<T> for Net<T, HIDDEN> {
        const FIELDS: &'static [__rt::Field<T>] = &[
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, 4, HIDDEN, 0>,
            >(__rt::offset_of!(Net < T, HIDDEN >, fc1)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::BatchNorm<T, HIDDEN, 1>,
            >(__rt::offset_of!(Net < T, HIDDEN >, norm)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(__rt::offset_of!(Net < T, HIDDEN >, out)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::BatchNormBuffers<T, HIDDEN>,
            >(__rt::offset_of!(Net < T, HIDDEN >, buffers.norm)),
        ];
        const LEN: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Block<T>
    for NetParameters<T, HIDDEN> {
        const FIELDS: &'static [__rt::Field<T>] = &[
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, 4, HIDDEN, 0>,
            >(__rt::offset_of!(NetParameters < T, HIDDEN >, fc1)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::BatchNorm<T, HIDDEN, 1>,
            >(__rt::offset_of!(NetParameters < T, HIDDEN >, norm)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(__rt::offset_of!(NetParameters < T, HIDDEN >, out)),
        ];
        const LEN: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
    }
    impl<T: __rt::Real, const HIDDEN: usize> Net<T, HIDDEN> {
        const SIZES_AGREE: bool = {
            __rt::size(
                HIDDEN,
                "`HIDDEN` is no size: ",
                "\n  = help: sizes are whole numbers from 1 to 4294967295\n  = note: more under E16 in the documentation of `network!`",
            );
            true
        };
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Network for Net<T, HIDDEN> {
        type Scalar = T;
        type Gradients = NetParameters<T, HIDDEN>;
        const NAME: &'static str = "Net";
        const INPUT: &'static [usize] = &[1, 2, 2];
        const OUTPUT: &'static [usize] = &[3];
        const INPUTS: usize = 4;
        const OUTPUTS: usize = 3;
        const PARAMETERS: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
        const FLOPS: usize = 8 * HIDDEN + 2 * HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3;
        const SUMMARY: &'static str = "Net\nlayer     type           output         parameters\ninput                    [1, 2, 2]\nflatten1  flatten        [4]                     0\nfc1       dense          [HIDDEN]       4 * HIDDEN\nnorm      batch_norm     [HIDDEN]       2 * HIDDEN\nrelu1     relu           [HIDDEN]                0\ndropout1  dropout(0.25)  [HIDDEN]                0\nout       dense          [3]        HIDDEN * 3 + 3\n4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3 parameters, 8 * HIDDEN + 2 * HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3 FLOPs a sample";
        const LAYERS: &'static [__rt::LayerInfo] = &[
            __rt::LayerInfo {
                name: "fc1",
                offset: 0,
                tensors: <__rt::layers::Dense<
                    T,
                    4,
                    HIDDEN,
                    0,
                > as __rt::Layer<T>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "norm",
                offset: 4 * HIDDEN,
                tensors: <__rt::layers::BatchNorm<
                    T,
                    HIDDEN,
                    1,
                > as __rt::Layer<T>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "out",
                offset: 4 * HIDDEN + 2 * HIDDEN,
                tensors: <__rt::layers::Dense<
                    T,
                    HIDDEN,
                    3,
                    3,
                > as __rt::Layer<T>>::TENSORS,
            },
        ];
        const STEPS: &'static [__rt::StepInfo] = &[
            __rt::StepInfo {
                name: "fc1",
                description: "dense",
                output: &[HIDDEN],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "norm",
                description: "batch_norm",
                output: &[HIDDEN],
                forward: 1,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "relu1",
                description: "relu",
                output: &[HIDDEN],
                forward: 1,
                backward: __rt::Option::Some(1),
            },
            __rt::StepInfo {
                name: "dropout1",
                description: "dropout(0.25)",
                output: &[HIDDEN],
                forward: 1,
                backward: __rt::Option::Some(1),
            },
            __rt::StepInfo {
                name: "out",
                description: "dense",
                output: &[3],
                forward: 1,
                backward: __rt::Option::Some(1),
            },
        ];
        const TRAIN_FEATURES: usize = 4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN
            + HIDDEN + HIDDEN + HIDDEN + 3;
        const ON_DEMAND_FEATURES: usize = 4;
        const INFER_FEATURES: usize = 4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3;
        const SCRATCH_FEATURES: usize = __rt::largest(&[]);
        const SHARED: usize = 4 * HIDDEN + 1;
        const PHASES: usize = 2;
        const TRAIN_OUTPUT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN,
            3,
        );
        const TRAIN_INPUT_GRADIENT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN + HIDDEN + HIDDEN
                + 3,
            4,
        );
        const TRAIN_OUTPUT_GRADIENT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN + HIDDEN
                + HIDDEN,
            3,
        );
        const INFER_OUTPUT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN,
            3,
        );
        fn initialise(&mut self, seed: u64) {
            let _ = Self::SIZES_AGREE;
            __rt::Layer::<
                T,
            >::initialise(
                &mut self.fc1,
                __rt::init::Initialiser::HeNormal(__rt::init::HeNormal),
                &mut __rt::Random::stream(seed, 0),
            );
            __rt::Layer::<
                T,
            >::initialise(
                &mut self.norm,
                __rt::init::Initialiser::Zeros(__rt::init::Zeros),
                &mut __rt::Random::stream(seed, 1),
            );
            <__rt::layers::BatchNorm<
                T,
                HIDDEN,
                1,
            > as __rt::Layer<T>>::initialise_buffers(&mut self.buffers.norm);
            __rt::Layer::<
                T,
            >::initialise(
                &mut self.out,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 4),
            );
        }
        fn infer_one(&self, x: &[T], y: &mut [T]) {
            __rt::one_sample_into::<Self, T, 4, 3>(self, x, y);
        }
        fn infer(&self, pass: &mut __rt::Pass<'_, T>) {
            let input = __rt::Slot::new(0, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let norm = __rt::Slot::new(4 + HIDDEN, HIDDEN);
            let relu1 = __rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
            let dropout1 = __rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
            let out = __rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN, 3);
            pass.infer_samples(
                &self.fc1,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                input,
                fc1,
            );
            pass.infer(
                &self.norm,
                &self.buffers.norm,
                __rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: __rt::Option::Some(0.1f64),
                },
                fc1,
                norm,
            );
            pass.infer(
                &__rt::layers::Activate,
                &(),
                __rt::Activation::Relu(__rt::activation::Relu),
                norm,
                relu1,
            );
            pass.infer(
                &__rt::layers::Dropout,
                &(),
                const { __rt::layers::DropoutConfig::new(0.25f64, 4) },
                relu1,
                dropout1,
            );
            pass.infer(
                &self.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                dropout1,
                out,
            );
        }
        fn forward(&self, phase: usize, pass: &mut __rt::Pass<'_, T>) {
            match phase {
                0 => {
                    let input = __rt::Slot::new(0, 4);
                    let fc1 = __rt::Slot::new(4, HIDDEN);
                    pass.forward_samples(
                        &self.fc1,
                        __rt::Activation::Identity(__rt::activation::Identity),
                        input,
                        fc1,
                    );
                }
                _ => {
                    let fc1 = __rt::Slot::new(4, HIDDEN);
                    let norm = __rt::Slot::new(4 + HIDDEN, HIDDEN);
                    let relu1 = __rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
                    let dropout1 = __rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
                    let out = __rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN, 3);
                    (&mut pass.sharing(0..4 * HIDDEN + 1))
                        .forward(
                            &self.norm,
                            __rt::layers::BatchNormConfig {
                                eps: 0.00001f64,
                                momentum: __rt::Option::Some(0.1f64),
                            },
                            fc1,
                            norm,
                        );
                    pass.forward(
                        &__rt::layers::Activate,
                        __rt::Activation::Relu(__rt::activation::Relu),
                        norm,
                        relu1,
                    );
                    pass.forward(
                        &__rt::layers::Dropout,
                        const { __rt::layers::DropoutConfig::new(0.25f64, 4) },
                        relu1,
                        dropout1,
                    );
                    pass.forward(
                        &self.out,
                        __rt::Activation::Identity(__rt::activation::Identity),
                        dropout1,
                        out,
                    );
                }
            }
        }
        fn backward(&self, phase: usize, pass: &mut __rt::Pass<'_, T>) {
            match phase {
                0 => {
                    let d_input = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN
                            + HIDDEN + HIDDEN + 3,
                        4,
                    );
                    let fc1 = __rt::Slot::new(4, HIDDEN);
                    let d_fc1 = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3,
                        HIDDEN,
                    );
                    let d_norm = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    (&mut pass.sharing(0..4 * HIDDEN + 1))
                        .backward(
                            &self.norm,
                            __rt::layers::BatchNormConfig {
                                eps: 0.00001f64,
                                momentum: __rt::Option::Some(0.1f64),
                            },
                            __rt::Ports {
                                x: fc1,
                                y: __rt::Slot::NONE,
                                dy: d_norm,
                                dx: d_fc1,
                            },
                        );
                    let d_input = pass.on_demand(d_input);
                    pass.backward(
                        &self.fc1,
                        __rt::Activation::Identity(__rt::activation::Identity),
                        __rt::Ports {
                            x: __rt::Slot::NONE,
                            y: __rt::Slot::NONE,
                            dy: d_fc1,
                            dx: d_input,
                        },
                    );
                }
                _ => {
                    let d_norm = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    let relu1 = __rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
                    let d_relu1 = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN,
                        HIDDEN,
                    );
                    let d_dropout1 = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN
                            + HIDDEN,
                        HIDDEN,
                    );
                    let d_out = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN
                            + HIDDEN + HIDDEN,
                        3,
                    );
                    pass.backward(
                        &self.out,
                        __rt::Activation::Identity(__rt::activation::Identity),
                        __rt::Ports {
                            x: __rt::Slot::NONE,
                            y: __rt::Slot::NONE,
                            dy: d_out,
                            dx: d_dropout1,
                        },
                    );
                    pass.backward(
                        &__rt::layers::Dropout,
                        const { __rt::layers::DropoutConfig::new(0.25f64, 4) },
                        __rt::Ports {
                            x: __rt::Slot::NONE,
                            y: __rt::Slot::NONE,
                            dy: d_dropout1,
                            dx: d_relu1,
                        },
                    );
                    pass.backward(
                        &__rt::layers::Activate,
                        __rt::Activation::Relu(__rt::activation::Relu),
                        __rt::Ports {
                            x: __rt::Slot::NONE,
                            y: relu1,
                            dy: d_relu1,
                            dx: d_norm,
                        },
                    );
                }
            }
        }
        fn prepare(&self, phase: usize, arena: __rt::Arena<'_, T>, shared: &mut [T]) {
            match phase {
                1 => {
                    let fc1 = __rt::Slot::new(4, HIDDEN);
                    __rt::BatchWide::prepare(
                        &self.norm,
                        __rt::layers::BatchNormConfig {
                            eps: 0.00001f64,
                            momentum: __rt::Option::Some(0.1f64),
                        },
                        arena.edge(fc1),
                        &mut shared[0..4 * HIDDEN + 1],
                    );
                }
                _ => {}
            }
        }
        fn prepare_backward(
            &self,
            phase: usize,
            arena: __rt::Arena<'_, T>,
            shared: &mut [T],
        ) {
            match phase {
                0 => {
                    let fc1 = __rt::Slot::new(4, HIDDEN);
                    let d_norm = __rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    __rt::BatchWide::prepare_backward(
                        &self.norm,
                        __rt::layers::BatchNormConfig {
                            eps: 0.00001f64,
                            momentum: __rt::Option::Some(0.1f64),
                        },
                        arena.edge(fc1),
                        arena.edge(d_norm),
                        &mut shared[0..4 * HIDDEN + 1],
                    );
                }
                _ => {}
            }
        }
        fn gradients(
            &self,
            arena: __rt::Arena<'_, T>,
            shared: &[T],
            gradients: &mut Self::Gradients,
            accumulate: bool,
        ) {
            let input = __rt::Slot::new(0, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let d_fc1 = __rt::Slot::new(
                4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3,
                HIDDEN,
            );
            let d_norm = __rt::Slot::new(
                4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                HIDDEN,
            );
            let dropout1 = __rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
            let d_out = __rt::Slot::new(
                4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN + HIDDEN
                    + HIDDEN,
                3,
            );
            arena
                .gradient_samples(
                    &self.fc1,
                    __rt::Activation::Identity(__rt::activation::Identity),
                    [input, d_fc1],
                    &mut gradients.fc1,
                    accumulate,
                );
            __rt::Layer::gradient(
                &self.norm,
                __rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: __rt::Option::Some(0.1f64),
                },
                arena.edge(fc1),
                arena.edge(d_norm),
                &shared[0..4 * HIDDEN + 1],
                &mut gradients.norm,
                accumulate,
            );
            __rt::Layer::gradient(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                arena.edge(dropout1),
                arena.edge(d_out),
                &[],
                &mut gradients.out,
                accumulate,
            );
        }
        fn update_buffers(&mut self, shared: &[T], samples: usize) {
            <__rt::layers::BatchNorm<
                T,
                HIDDEN,
                1,
            > as __rt::BatchWide<
                T,
            >>::update(
                &mut self.buffers.norm,
                __rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: __rt::Option::Some(0.1f64),
                },
                &shared[0..4 * HIDDEN + 1],
                samples,
            );
        }
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::OneSample<T> for Net<T, HIDDEN> {
        #[inline(always)]
        fn one_sample<__I: __rt::Isa>(&self, x: &[T], y: &mut [T]) {
            let (network, one) = (self, __rt::One::<__I>::new());
            let mut fc1 = [__rt::zero::<T>(); HIDDEN];
            one.infer(
                &network.fc1,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                x,
                &mut fc1,
            );
            let mut norm = [__rt::zero::<T>(); HIDDEN];
            one.infer(
                &network.norm,
                &network.buffers.norm,
                __rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: __rt::Option::Some(0.1f64),
                },
                &fc1,
                &mut norm,
            );
            let mut relu1 = [__rt::zero::<T>(); HIDDEN];
            one.infer(
                &__rt::layers::Activate,
                &(),
                __rt::Activation::Relu(__rt::activation::Relu),
                &norm,
                &mut relu1,
            );
            let mut dropout1 = [__rt::zero::<T>(); HIDDEN];
            one.infer(
                &__rt::layers::Dropout,
                &(),
                const { __rt::layers::DropoutConfig::new(0.25f64, 4) },
                &relu1,
                &mut dropout1,
            );
            one.infer(
                &network.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                &dropout1,
                y,
            );
        }
    }
};
/// Normalised, and generic over its scalar and its width.
///
/// ```text
/// NetFolded
/// layer     type          output              parameters
/// input                   [1, 2, 2]
/// flatten1  flatten       [4]                          0
/// fc1       dense + relu  [HIDDEN]   4 * HIDDEN + HIDDEN
/// out       dense         [3]             HIDDEN * 3 + 3
/// 4 * HIDDEN + HIDDEN + HIDDEN * 3 + 3 parameters, 8 * HIDDEN + HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3 FLOPs a sample
/// ```
#[repr(C, align(64))]
pub(crate) struct NetFolded<T, const HIDDEN: usize> {
    /// `dense + relu`: gives `[HIDDEN]`, has 4 * HIDDEN + HIDDEN parameters.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, HIDDEN>,
    /// `dense`: gives `[3]`, has HIDDEN * 3 + 3 parameters.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
}
/// The parameters of [`NetFolded`] by layer, or their gradient.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub(crate) struct NetFoldedParameters<T, const HIDDEN: usize> {
    /// `dense + relu`: gives `[HIDDEN]`, has 4 * HIDDEN + HIDDEN parameters.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, HIDDEN>,
    /// `dense`: gives `[3]`, has HIDDEN * 3 + 3 parameters.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
}
impl<T, const HIDDEN: usize> ::shapewise::__private::Part for NetFolded<T, HIDDEN> {
    type Parameters = NetFoldedParameters<T, HIDDEN>;
    type Buffers = ();
}
#[allow(
    unused_variables,
    clippy::same_name_method,
    reason = "layers differ in what they look at"
)]
const _: () = {
    use ::shapewise::__private as __rt;
    impl<T, const HIDDEN: usize> NetFolded<T, HIDDEN> {
        __rt::with_alloc! {
            #[doc =
            r" The network on the heap, its parameters set as declared, all from one seed."]
            #[must_use] pub fn boxed(seed : u64) -> __rt::Box < Self > where T :
            __rt::Real, { let mut network = < Self as __rt::Block < T >> ::zeroed();
            __rt::Network::initialise(& mut * network, seed); network } #[doc =
            r" Inference for the columns of a matrix, in memory that was allocated once."]
            #[doc = r""] #[doc = r" # Errors"] #[doc = r""] #[doc =
            r" When the matrices have different numbers of columns."] pub fn
            forward_batch < __Samples, __Inputs, __Outputs > (& self, inputs : &
            __rt::Matrix < T, __rt::Const < 4 >, __Samples, __Inputs >, outputs : & mut
            __rt::Matrix < T, __rt::Const < 3 >, __Samples, __Outputs >, memory : & mut
            __rt::Inference < Self >,) -> __rt::Result < () > where T : __rt::Real,
            __Samples : __rt::Dim, __Inputs : __rt::Columns < T, 4, __Samples >,
            __Outputs : __rt::ColumnsMut < T, 3, __Samples >, { memory
            .forward_batch(self, inputs, outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(&self, input: &__rt::SVector<T, 4>) -> __rt::SVector<T, 3>
        where
            T: __rt::Real,
        {
            __rt::one_sample::<Self, T, 4, 3>(self, input.as_slice())
        }
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Block<T> for NetFolded<T, HIDDEN> {
        const FIELDS: &'static [__rt::Field<T>] = &[
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, 4, HIDDEN, HIDDEN>,
            >(__rt::offset_of!(NetFolded < T, HIDDEN >, fc1)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(__rt::offset_of!(NetFolded < T, HIDDEN >, out)),
        ];
        const LEN: usize = 4 * HIDDEN + HIDDEN + HIDDEN * 3 + 3;
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Block<T>
    for NetFoldedParameters<T, HIDDEN> {
        const FIELDS: &'static [__rt::Field<T>] = &[
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, 4, HIDDEN, HIDDEN>,
            >(__rt::offset_of!(NetFoldedParameters < T, HIDDEN >, fc1)),
            __rt::Field::<
                T,
            >::new::<
                __rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(__rt::offset_of!(NetFoldedParameters < T, HIDDEN >, out)),
        ];
        const LEN: usize = 4 * HIDDEN + HIDDEN + HIDDEN * 3 + 3;
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::Network for NetFolded<T, HIDDEN> {
        type Scalar = T;
        type Gradients = NetFoldedParameters<T, HIDDEN>;
        const NAME: &'static str = "NetFolded";
        const INPUT: &'static [usize] = &[1, 2, 2];
        const OUTPUT: &'static [usize] = &[3];
        const INPUTS: usize = 4;
        const OUTPUTS: usize = 3;
        const PARAMETERS: usize = 4 * HIDDEN + HIDDEN + HIDDEN * 3 + 3;
        const FLOPS: usize = 8 * HIDDEN + HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3;
        const SUMMARY: &'static str = "NetFolded\nlayer     type          output              parameters\ninput                   [1, 2, 2]\nflatten1  flatten       [4]                          0\nfc1       dense + relu  [HIDDEN]   4 * HIDDEN + HIDDEN\nout       dense         [3]             HIDDEN * 3 + 3\n4 * HIDDEN + HIDDEN + HIDDEN * 3 + 3 parameters, 8 * HIDDEN + HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3 FLOPs a sample";
        const LAYERS: &'static [__rt::LayerInfo] = &[
            __rt::LayerInfo {
                name: "fc1",
                offset: 0,
                tensors: <__rt::layers::Dense<
                    T,
                    4,
                    HIDDEN,
                    HIDDEN,
                > as __rt::Layer<T>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "out",
                offset: 4 * HIDDEN + HIDDEN,
                tensors: <__rt::layers::Dense<
                    T,
                    HIDDEN,
                    3,
                    3,
                > as __rt::Layer<T>>::TENSORS,
            },
        ];
        const STEPS: &'static [__rt::StepInfo] = &[
            __rt::StepInfo {
                name: "fc1",
                description: "dense + relu",
                output: &[HIDDEN],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "out",
                description: "dense",
                output: &[3],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
        ];
        const TRAIN_FEATURES: usize = 4 + HIDDEN + 3 + HIDDEN + 3;
        const ON_DEMAND_FEATURES: usize = 4;
        const INFER_FEATURES: usize = 4 + HIDDEN + 3;
        const SCRATCH_FEATURES: usize = __rt::largest(&[]);
        const SHARED: usize = 0;
        const PHASES: usize = 1;
        const TRAIN_OUTPUT: __rt::Slot = __rt::Slot::new(4 + HIDDEN, 3);
        const TRAIN_INPUT_GRADIENT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + 3 + HIDDEN + 3,
            4,
        );
        const TRAIN_OUTPUT_GRADIENT: __rt::Slot = __rt::Slot::new(
            4 + HIDDEN + 3 + HIDDEN,
            3,
        );
        const INFER_OUTPUT: __rt::Slot = __rt::Slot::new(4 + HIDDEN, 3);
        fn initialise(&mut self, seed: u64) {
            __rt::Layer::<
                T,
            >::initialise(
                &mut self.fc1,
                __rt::init::Initialiser::HeNormal(__rt::init::HeNormal),
                &mut __rt::Random::stream(seed, 0),
            );
            __rt::Layer::<
                T,
            >::initialise(
                &mut self.out,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 1),
            );
        }
        fn infer_one(&self, x: &[T], y: &mut [T]) {
            __rt::one_sample_into::<Self, T, 4, 3>(self, x, y);
        }
        fn infer(&self, pass: &mut __rt::Pass<'_, T>) {
            let input = __rt::Slot::new(0, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let out = __rt::Slot::new(4 + HIDDEN, 3);
            pass.infer_samples(
                &self.fc1,
                &(),
                __rt::Activation::Relu(__rt::activation::Relu),
                input,
                fc1,
            );
            pass.infer(
                &self.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                fc1,
                out,
            );
        }
        fn forward(&self, phase: usize, pass: &mut __rt::Pass<'_, T>) {
            let input = __rt::Slot::new(0, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let out = __rt::Slot::new(4 + HIDDEN, 3);
            pass.forward_samples(
                &self.fc1,
                __rt::Activation::Relu(__rt::activation::Relu),
                input,
                fc1,
            );
            pass.forward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                fc1,
                out,
            );
        }
        fn backward(&self, phase: usize, pass: &mut __rt::Pass<'_, T>) {
            let d_input = __rt::Slot::new(4 + HIDDEN + 3 + HIDDEN + 3, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let d_fc1 = __rt::Slot::new(4 + HIDDEN + 3, HIDDEN);
            let d_out = __rt::Slot::new(4 + HIDDEN + 3 + HIDDEN, 3);
            pass.backward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_out,
                    dx: d_fc1,
                },
            );
            let d_input = pass.on_demand(d_input);
            pass.backward(
                &self.fc1,
                __rt::Activation::Relu(__rt::activation::Relu),
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: fc1,
                    dy: d_fc1,
                    dx: d_input,
                },
            );
        }
        fn gradients(
            &self,
            arena: __rt::Arena<'_, T>,
            shared: &[T],
            gradients: &mut Self::Gradients,
            accumulate: bool,
        ) {
            let input = __rt::Slot::new(0, 4);
            let fc1 = __rt::Slot::new(4, HIDDEN);
            let d_fc1 = __rt::Slot::new(4 + HIDDEN + 3, HIDDEN);
            let d_out = __rt::Slot::new(4 + HIDDEN + 3 + HIDDEN, 3);
            arena
                .gradient_samples(
                    &self.fc1,
                    __rt::Activation::Relu(__rt::activation::Relu),
                    [input, d_fc1],
                    &mut gradients.fc1,
                    accumulate,
                );
            __rt::Layer::gradient(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                arena.edge(fc1),
                arena.edge(d_out),
                &[],
                &mut gradients.out,
                accumulate,
            );
        }
    }
    #[automatically_derived]
    impl<T: __rt::Real, const HIDDEN: usize> __rt::OneSample<T>
    for NetFolded<T, HIDDEN> {
        #[inline(always)]
        fn one_sample<__I: __rt::Isa>(&self, x: &[T], y: &mut [T]) {
            let (network, one) = (self, __rt::One::<__I>::new());
            let mut fc1 = [__rt::zero::<T>(); HIDDEN];
            one.infer(
                &network.fc1,
                &(),
                __rt::Activation::Relu(__rt::activation::Relu),
                x,
                &mut fc1,
            );
            one.infer(
                &network.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                &fc1,
                y,
            );
        }
    }
};
const _: () = {
    use ::shapewise::__private as __rt;
    impl<T: __rt::Real, const HIDDEN: usize> Net<T, HIDDEN> {
        __rt::with_alloc! {
            #[doc =
            r" The same network for inference: each batch norm behind a dense layer or a convolution is part of"]
            #[doc = r" its weights."] #[must_use]
            #[allow(clippy::unnecessary_box_returns, reason =
            "a network may be too large for the stack")] pub fn fold(& self) -> __rt::Box
            < NetFolded < T, HIDDEN > > { __rt::fold(self, & [__rt::Fold { linear :
            "fc1", norm : "norm", epsilon : 0.00001f64 }]) }
        }
    }
};
#[doc(hidden)]
#[allow(unused_macros, reason = "it is for other networks, and there may be none")]
macro_rules! __network_Net {
    ([$($runtime:tt)*] [$($path:tt)*] [$($known:tt)*] $($rest:tt)*) => {
        $($runtime)* ::network! { @ with { $($known)* [$($path)*] { #[doc =
        " Normalised, and generic over its scalar and its width."] pub (crate) struct Net
        < T, const HIDDEN : usize >: [1, 2, 2] -> [3] { flatten, fc1 : dense(HIDDEN, bias
        = false), norm : batch_norm, relu, dropout(0.25), out : dense(3), } } } $($rest)*
        }
    };
}
#[doc(hidden)]
#[allow(unused_imports, reason = "it is for other networks, and there may be none")]
pub(crate) use __network_Net as Net;
