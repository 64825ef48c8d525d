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
    /// The layer `fc1`.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, 0>,
    /// The layer `norm`.
    pub norm: ::shapewise::__private::layers::BatchNorm<T, HIDDEN, 1>,
    /// The layer `out`.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
    /// What is not trained: running statistics.
    pub buffers: NetBuffers<T, HIDDEN>,
}
/// The gradient of every parameter of [`Net`], by layer.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C, align(64))]
pub(crate) struct NetGradients<T, const HIDDEN: usize> {
    /// The layer `fc1`.
    pub fc1: ::shapewise::__private::layers::Dense<T, 4, HIDDEN, 0>,
    /// The layer `norm`.
    pub norm: ::shapewise::__private::layers::BatchNorm<T, HIDDEN, 1>,
    /// The layer `out`.
    pub out: ::shapewise::__private::layers::Dense<T, HIDDEN, 3, 3>,
}
/// The running statistics of [`Net`], by layer.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub(crate) struct NetBuffers<T, const HIDDEN: usize> {
    /// The layer `norm`.
    pub norm: ::shapewise::__private::layers::BatchNormBuffers<T, HIDDEN>,
}
#[allow(unused_variables)]
const _: () = {
    use ::shapewise::__private as rt;
    #[automatically_derived]
    impl<T: rt::Real, const HIDDEN: usize> Net<T, HIDDEN> {
        rt::with_alloc! {
            #[doc =
            r" The network on the heap, its parameters set as declared, all from one seed."]
            #[must_use] pub fn boxed(seed : u64) -> rt::Box < Self > { let mut network =
            < Self as rt::Block < T >> ::zeroed(); rt::Network::initialise(& mut *
            network, seed); network } #[doc =
            r" Inference for the columns of a matrix, in memory that was allocated once."]
            #[doc = r""] #[doc = r" # Errors"] #[doc = r""] #[doc =
            r" When the matrices have different numbers of columns."] pub fn
            forward_batch < Samples, Inputs, Outputs > (& self, inputs : & rt::Matrix <
            T, rt::Const < 4 >, Samples, Inputs >, outputs : & mut rt::Matrix < T,
            rt::Const < 3 >, Samples, Outputs >, memory : & mut rt::Inference < Self >,)
            -> rt::Result < () > where Samples : rt::Dim, Inputs : rt::Columns < T, 4,
            Samples >, Outputs : rt::ColumnsMut < T, 3, Samples >, { memory
            .forward_batch(self, inputs, outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(&self, input: &rt::SVector<T, 4>) -> rt::SVector<T, 3> {
            let mut output = rt::SVector::<T, 3>::from_element(rt::zero());
            rt::Network::infer_one(self, input.as_slice(), output.as_mut_slice());
            output
        }
    }
    #[automatically_derived]
    impl<T: rt::Real, const HIDDEN: usize> rt::Block<T> for Net<T, HIDDEN> {
        const FIELDS: &'static [rt::Field<T>] = &[
            rt::Field::new::<
                rt::layers::Dense<T, 4, HIDDEN, 0>,
            >(rt::offset_of!(Net < T, HIDDEN >, fc1)),
            rt::Field::new::<
                rt::layers::BatchNorm<T, HIDDEN, 1>,
            >(rt::offset_of!(Net < T, HIDDEN >, norm)),
            rt::Field::new::<
                rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(rt::offset_of!(Net < T, HIDDEN >, out)),
            rt::Field::new::<
                rt::layers::BatchNormBuffers<T, HIDDEN>,
            >(rt::offset_of!(Net < T, HIDDEN >, buffers.norm)),
        ];
        const LEN: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
    }
    #[automatically_derived]
    impl<T: rt::Real, const HIDDEN: usize> rt::Block<T> for NetGradients<T, HIDDEN> {
        const FIELDS: &'static [rt::Field<T>] = &[
            rt::Field::new::<
                rt::layers::Dense<T, 4, HIDDEN, 0>,
            >(rt::offset_of!(NetGradients < T, HIDDEN >, fc1)),
            rt::Field::new::<
                rt::layers::BatchNorm<T, HIDDEN, 1>,
            >(rt::offset_of!(NetGradients < T, HIDDEN >, norm)),
            rt::Field::new::<
                rt::layers::Dense<T, HIDDEN, 3, 3>,
            >(rt::offset_of!(NetGradients < T, HIDDEN >, out)),
        ];
        const LEN: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
    }
    #[automatically_derived]
    impl<T: rt::Real, const HIDDEN: usize> rt::Network for Net<T, HIDDEN> {
        type Scalar = T;
        type Gradients = NetGradients<T, HIDDEN>;
        const NAME: &'static str = "Net";
        const INPUT: &'static [usize] = &[1, 2, 2];
        const OUTPUT: &'static [usize] = &[3];
        const INPUTS: usize = 4;
        const OUTPUTS: usize = 3;
        const PARAMETERS: usize = 4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3;
        const FLOPS: usize = 8 * HIDDEN + 2 * HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3;
        const SUMMARY: &'static str = "Net\nlayer     type           output         parameters\ninput                    [1, 2, 2]\nflatten1  flatten        [4]                     0\nfc1       dense          [HIDDEN]       4 * HIDDEN\nnorm      batch_norm     [HIDDEN]       2 * HIDDEN\nrelu1     relu           [HIDDEN]                0\ndropout1  dropout(0.25)  [HIDDEN]                0\nout       dense          [3]        HIDDEN * 3 + 3\n4 * HIDDEN + 2 * HIDDEN + HIDDEN * 3 + 3 parameters, 8 * HIDDEN + 2 * HIDDEN + HIDDEN + 2 * HIDDEN * 3 + 3 FLOPs a sample";
        const LAYERS: &'static [rt::LayerInfo] = &[
            rt::LayerInfo {
                name: "fc1",
                offset: 0,
                tensors: <rt::layers::Dense<T, 4, HIDDEN, 0> as rt::Layer<T>>::TENSORS,
            },
            rt::LayerInfo {
                name: "norm",
                offset: 4 * HIDDEN,
                tensors: <rt::layers::BatchNorm<T, HIDDEN, 1> as rt::Layer<T>>::TENSORS,
            },
            rt::LayerInfo {
                name: "out",
                offset: 4 * HIDDEN + 2 * HIDDEN,
                tensors: <rt::layers::Dense<T, HIDDEN, 3, 3> as rt::Layer<T>>::TENSORS,
            },
        ];
        const TRAIN_FEATURES: usize = 4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN
            + HIDDEN + HIDDEN + HIDDEN + 3;
        const INFER_FEATURES: usize = 4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3;
        const SCRATCH_FEATURES: usize = rt::largest(&[HIDDEN, 3]);
        const SHARED: usize = 4 * HIDDEN + 1;
        const PHASES: usize = 2;
        const TRAIN_INPUT: rt::Slot = rt::Slot::new(0, 4);
        const TRAIN_OUTPUT: rt::Slot = rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN,
            3,
        );
        const TRAIN_OUTPUT_GRADIENT: rt::Slot = rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN + HIDDEN
                + HIDDEN,
            3,
        );
        const INFER_INPUT: rt::Slot = rt::Slot::new(0, 4);
        const INFER_OUTPUT: rt::Slot = rt::Slot::new(
            4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN,
            3,
        );
        fn initialise(&mut self, seed: u64) {
            rt::Layer::initialise(
                &mut self.fc1,
                rt::init::Initialiser::HeNormal(rt::init::HeNormal),
                &mut rt::Random::stream(seed, 0),
            );
            rt::Layer::initialise(
                &mut self.norm,
                rt::init::Initialiser::Zeros(rt::init::Zeros),
                &mut rt::Random::stream(seed, 1),
            );
            <rt::layers::BatchNorm<
                T,
                HIDDEN,
                1,
            > as rt::Layer<_>>::initialise_buffers(&mut self.buffers.norm);
            rt::Layer::initialise(
                &mut self.out,
                rt::init::Initialiser::XavierUniform(rt::init::XavierUniform),
                &mut rt::Random::stream(seed, 4),
            );
        }
        fn infer_one(&self, x: &[T], y: &mut [T]) {
            struct __One<'a, T: rt::Real, const HIDDEN: usize>(
                &'a Net<T, HIDDEN>,
                &'a [T],
                &'a mut [T],
            );
            impl<'a, T: rt::Real, const HIDDEN: usize> rt::Task
            for __One<'a, T, HIDDEN> {
                type Output = ();
                #[inline(always)]
                fn run<__I: rt::Isa>(self) {
                    let __One(network, x, y) = self;
                    let one = rt::One::<__I>::new();
                    let mut fc1 = [rt::zero::<T>(); HIDDEN];
                    one.infer(
                        &network.fc1,
                        &(),
                        rt::Activation::Identity(rt::activation::Identity),
                        x,
                        &mut fc1,
                    );
                    let mut norm = [rt::zero::<T>(); HIDDEN];
                    one.infer(
                        &network.norm,
                        &network.buffers.norm,
                        rt::layers::BatchNormConfig {
                            eps: 0.00001f64,
                            momentum: rt::Option::Some(0.1f64),
                        },
                        &fc1,
                        &mut norm,
                    );
                    let mut relu1 = [rt::zero::<T>(); HIDDEN];
                    one.infer(
                        &rt::layers::Activate,
                        &(),
                        rt::Activation::Relu(rt::activation::Relu),
                        &norm,
                        &mut relu1,
                    );
                    let mut dropout1 = [rt::zero::<T>(); HIDDEN];
                    one.infer(
                        &rt::layers::Dropout,
                        &(),
                        const { rt::layers::DropoutConfig::new(0.25f64, 4) },
                        &relu1,
                        &mut dropout1,
                    );
                    one.infer(
                        &network.out,
                        &(),
                        rt::Activation::Identity(rt::activation::Identity),
                        &dropout1,
                        y,
                    );
                }
            }
            rt::dispatch(__One(self, x, y));
        }
        fn infer(&self, pass: &mut rt::Pass<'_, T>) {
            let input = rt::Slot::new(0, 4);
            let fc1 = rt::Slot::new(4, HIDDEN);
            let norm = rt::Slot::new(4 + HIDDEN, HIDDEN);
            let relu1 = rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
            let dropout1 = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
            let out = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN, 3);
            pass.infer(
                &self.fc1,
                &(),
                rt::Activation::Identity(rt::activation::Identity),
                input,
                fc1,
            );
            pass.infer(
                &self.norm,
                &self.buffers.norm,
                rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: rt::Option::Some(0.1f64),
                },
                fc1,
                norm,
            );
            pass.infer(
                &rt::layers::Activate,
                &(),
                rt::Activation::Relu(rt::activation::Relu),
                norm,
                relu1,
            );
            pass.infer(
                &rt::layers::Dropout,
                &(),
                const { rt::layers::DropoutConfig::new(0.25f64, 4) },
                relu1,
                dropout1,
            );
            pass.infer(
                &self.out,
                &(),
                rt::Activation::Identity(rt::activation::Identity),
                dropout1,
                out,
            );
        }
        fn forward(&self, phase: usize, pass: &mut rt::Pass<'_, T>) {
            match phase {
                0 => {
                    let input = rt::Slot::new(0, 4);
                    let fc1 = rt::Slot::new(4, HIDDEN);
                    pass.forward(
                        &self.fc1,
                        rt::Activation::Identity(rt::activation::Identity),
                        input,
                        fc1,
                    );
                }
                _ => {
                    let fc1 = rt::Slot::new(4, HIDDEN);
                    let norm = rt::Slot::new(4 + HIDDEN, HIDDEN);
                    let relu1 = rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
                    let dropout1 = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
                    let out = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN, 3);
                    pass.sharing(0..4 * HIDDEN + 1)
                        .forward(
                            &self.norm,
                            rt::layers::BatchNormConfig {
                                eps: 0.00001f64,
                                momentum: rt::Option::Some(0.1f64),
                            },
                            fc1,
                            norm,
                        );
                    pass.forward(
                        &rt::layers::Activate,
                        rt::Activation::Relu(rt::activation::Relu),
                        norm,
                        relu1,
                    );
                    pass.forward(
                        &rt::layers::Dropout,
                        const { rt::layers::DropoutConfig::new(0.25f64, 4) },
                        relu1,
                        dropout1,
                    );
                    pass.forward(
                        &self.out,
                        rt::Activation::Identity(rt::activation::Identity),
                        dropout1,
                        out,
                    );
                }
            }
        }
        fn backward(&self, phase: usize, pass: &mut rt::Pass<'_, T>) {
            match phase {
                0 => {
                    let fc1 = rt::Slot::new(4, HIDDEN);
                    let d_fc1 = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3,
                        HIDDEN,
                    );
                    let d_norm = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    pass.sharing(0..4 * HIDDEN + 1)
                        .backward(
                            &self.norm,
                            rt::layers::BatchNormConfig {
                                eps: 0.00001f64,
                                momentum: rt::Option::Some(0.1f64),
                            },
                            rt::Ports {
                                x: fc1,
                                y: rt::Slot::NONE,
                                dy: d_norm,
                                dx: d_fc1,
                            },
                        );
                    pass.backward(
                        &self.fc1,
                        rt::Activation::Identity(rt::activation::Identity),
                        rt::Ports {
                            x: rt::Slot::NONE,
                            y: rt::Slot::NONE,
                            dy: d_fc1,
                            dx: rt::Slot::NONE,
                        },
                    );
                }
                _ => {
                    let d_norm = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    let relu1 = rt::Slot::new(4 + HIDDEN + HIDDEN, HIDDEN);
                    let d_relu1 = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN,
                        HIDDEN,
                    );
                    let d_dropout1 = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN
                            + HIDDEN,
                        HIDDEN,
                    );
                    let d_out = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN
                            + HIDDEN + HIDDEN,
                        3,
                    );
                    pass.backward(
                        &self.out,
                        rt::Activation::Identity(rt::activation::Identity),
                        rt::Ports {
                            x: rt::Slot::NONE,
                            y: rt::Slot::NONE,
                            dy: d_out,
                            dx: d_dropout1,
                        },
                    );
                    pass.backward(
                        &rt::layers::Dropout,
                        const { rt::layers::DropoutConfig::new(0.25f64, 4) },
                        rt::Ports {
                            x: rt::Slot::NONE,
                            y: rt::Slot::NONE,
                            dy: d_dropout1,
                            dx: d_relu1,
                        },
                    );
                    pass.backward(
                        &rt::layers::Activate,
                        rt::Activation::Relu(rt::activation::Relu),
                        rt::Ports {
                            x: rt::Slot::NONE,
                            y: relu1,
                            dy: d_relu1,
                            dx: d_norm,
                        },
                    );
                }
            }
        }
        fn prepare(&self, phase: usize, arena: rt::Arena<'_, T>, shared: &mut [T]) {
            match phase {
                1 => {
                    let fc1 = rt::Slot::new(4, HIDDEN);
                    rt::BatchWide::prepare(
                        &self.norm,
                        rt::layers::BatchNormConfig {
                            eps: 0.00001f64,
                            momentum: rt::Option::Some(0.1f64),
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
            arena: rt::Arena<'_, T>,
            shared: &mut [T],
        ) {
            match phase {
                0 => {
                    let fc1 = rt::Slot::new(4, HIDDEN);
                    let d_norm = rt::Slot::new(
                        4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                        HIDDEN,
                    );
                    rt::BatchWide::prepare_backward(
                        &self.norm,
                        rt::layers::BatchNormConfig {
                            eps: 0.00001f64,
                            momentum: rt::Option::Some(0.1f64),
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
            arena: rt::Arena<'_, T>,
            shared: &[T],
            gradients: &mut Self::Gradients,
            accumulate: bool,
        ) {
            let input = rt::Slot::new(0, 4);
            let fc1 = rt::Slot::new(4, HIDDEN);
            let d_fc1 = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3, HIDDEN);
            let d_norm = rt::Slot::new(
                4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN,
                HIDDEN,
            );
            let dropout1 = rt::Slot::new(4 + HIDDEN + HIDDEN + HIDDEN, HIDDEN);
            let d_out = rt::Slot::new(
                4 + HIDDEN + HIDDEN + HIDDEN + HIDDEN + 3 + HIDDEN + HIDDEN + HIDDEN
                    + HIDDEN,
                3,
            );
            rt::Layer::gradient(
                &self.fc1,
                rt::Activation::Identity(rt::activation::Identity),
                arena.edge(input),
                arena.edge(d_fc1),
                &[],
                &mut gradients.fc1,
                accumulate,
            );
            rt::Layer::gradient(
                &self.norm,
                rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: rt::Option::Some(0.1f64),
                },
                arena.edge(fc1),
                arena.edge(d_norm),
                &shared[0..4 * HIDDEN + 1],
                &mut gradients.norm,
                accumulate,
            );
            rt::Layer::gradient(
                &self.out,
                rt::Activation::Identity(rt::activation::Identity),
                arena.edge(dropout1),
                arena.edge(d_out),
                &[],
                &mut gradients.out,
                accumulate,
            );
        }
        fn update_buffers(&mut self, shared: &[T], samples: usize) {
            <rt::layers::BatchNorm<
                T,
                HIDDEN,
                1,
            > as rt::BatchWide<
                T,
            >>::update(
                &mut self.buffers.norm,
                rt::layers::BatchNormConfig {
                    eps: 0.00001f64,
                    momentum: rt::Option::Some(0.1f64),
                },
                &shared[0..4 * HIDDEN + 1],
                samples,
            );
        }
    }
};
