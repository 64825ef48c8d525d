::shapewise::__private::in_editor! {
    const _ : & [fn ()] = & [::shapewise::__private::words::layers::layer:: <
    ::shapewise::__private::words::Vector < 8usize >,
    ::shapewise::__private::words::Count < _ >>,
    ::shapewise::__private::words::layers::activation:: <
    ::shapewise::__private::words::Vector < 8usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::dense:: <
    ::shapewise::__private::words::Vector < 3usize >,
    ::shapewise::__private::words::Count < 27usize >>];
}
/// What the macro knows nothing of.
///
/// ```text
/// Own
/// layer        type                      output                            parameters
/// input                                  [2]
/// near         basis::Radial<f32, 2, 8>  [8]     basis::Radial<f32, 2, 8>::PARAMETERS
/// activation1  activation                [8]                                        0
/// out          dense                     [3]                                       27
/// basis::Radial<f32, 2, 8>::PARAMETERS + 27 parameters, basis::Radial<f32, 2, 8>::FLOPS + 8 + 51 FLOPs a sample
/// ```
#[repr(C, align(64))]
pub struct Own {
    /// `basis::Radial<f32, 2, 8>`: gives `[8]`, has basis::Radial<f32, 2, 8>::PARAMETERS parameters.
    pub near: <::shapewise::__private::Choice<
        {
            use ::shapewise::__private::Neither as _;
            ::shapewise::__private::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
        },
    > as ::shapewise::__private::Choose<basis::Radial<f32, 2, 8>>>::Chosen,
    /// `dense`: gives `[3]`, has 27 parameters.
    pub out: ::shapewise::__private::layers::Dense<f32, 8, 3, 3>,
}
/// The parameters of [`Own`] by layer, or their gradient.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub struct OwnParameters {
    /// `basis::Radial<f32, 2, 8>`: gives `[8]`, has basis::Radial<f32, 2, 8>::PARAMETERS parameters.
    pub near: <::shapewise::__private::Choice<
        {
            use ::shapewise::__private::Neither as _;
            ::shapewise::__private::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
        },
    > as ::shapewise::__private::Choose<basis::Radial<f32, 2, 8>>>::Chosen,
    /// `dense`: gives `[3]`, has 27 parameters.
    pub out: ::shapewise::__private::layers::Dense<f32, 8, 3, 3>,
}
impl ::shapewise::__private::Part for Own {
    type Parameters = OwnParameters;
    type Buffers = ();
}
#[allow(
    unused_variables,
    clippy::same_name_method,
    reason = "layers differ in what they look at"
)]
const _: () = {
    use ::shapewise::__private as __rt;
    impl Own {
        __rt::with_alloc! {
            #[doc =
            r" The network on the heap, its parameters set as declared, all from one seed."]
            #[must_use] pub fn boxed(seed : u64) -> __rt::Box < Self > { let mut network
            = < Self as __rt::Block < f32 >> ::zeroed(); __rt::Network::initialise(& mut
            * network, seed); network } #[doc =
            r" Inference for the columns of a matrix, in memory that was allocated once."]
            #[doc = r""] #[doc = r" # Errors"] #[doc = r""] #[doc =
            r" When the matrices have different numbers of columns."] pub fn
            forward_batch < __Samples, __Inputs, __Outputs > (& self, inputs : &
            __rt::Matrix < f32, __rt::Const < 2 >, __Samples, __Inputs >, outputs : & mut
            __rt::Matrix < f32, __rt::Const < 3 >, __Samples, __Outputs >, memory : & mut
            __rt::Inference < Self >,) -> __rt::Result < () > where __Samples :
            __rt::Dim, __Inputs : __rt::Columns < f32, 2, __Samples >, __Outputs :
            __rt::ColumnsMut < f32, 3, __Samples >, { memory.forward_batch(self, inputs,
            outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(&self, input: &__rt::SVector<f32, 2>) -> __rt::SVector<f32, 3> {
            __rt::one_sample::<Self, f32, 2, 3>(self, input.as_slice())
        }
    }
    #[inline(always)]
    fn __value1() -> impl __rt::Fn(f32) -> f32 + __rt::Copy {
        |x| x * x
    }
    #[inline(always)]
    fn __slope1() -> impl __rt::Fn(f32) -> f32 + __rt::Copy {
        |x| 2.0 * x
    }
    #[automatically_derived]
    impl __rt::Block<f32> for Own {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<
                <__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen,
            >(__rt::offset_of!(Own, near)),
            __rt::Field::<
                f32,
            >::new::<__rt::layers::Dense<f32, 8, 3, 3>>(__rt::offset_of!(Own, out)),
        ];
        const LEN: usize = <<__rt::Choice<
            {
                use __rt::Neither as _;
                __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
            },
        > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen as __rt::Block<f32>>::LEN
            + 27;
    }
    #[automatically_derived]
    impl __rt::Block<f32> for OwnParameters {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<
                <__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen,
            >(__rt::offset_of!(OwnParameters, near)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Dense<f32, 8, 3, 3>,
            >(__rt::offset_of!(OwnParameters, out)),
        ];
        const LEN: usize = <<__rt::Choice<
            {
                use __rt::Neither as _;
                __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
            },
        > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen as __rt::Block<f32>>::LEN
            + 27;
    }
    const _: () = {
        let () = <basis::Radial<f32, 2, 8> as __rt::OwnLayer<f32>>::FITS;
        __rt::same(
            [
                <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::CustomLayer<f32>>::SIZES
                    .inputs(2),
                2,
            ],
            ["", ""],
            "`near` gets [2], but `basis::Radial<f32, 2, 8>` takes another number of values",
            "\n  = help: let the layer in front of it give as many, or choose a type that takes them\n  = note: more under E40 in the documentation of `network!`",
        );
        __rt::same(
            [
                <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::CustomLayer<f32>>::SIZES
                    .outputs(2),
                8,
            ],
            ["", ""],
            "`near` is asserted to give [8], but `basis::Radial<f32, 2, 8>` gives another number of values",
            "\n  = help: write behind `->` a shape that holds as many values\n  = note: more under E40 in the documentation of `network!`",
        );
        __rt::same(
            [
                __rt::named_values::<
                    f32,
                    <__rt::Choice<
                        {
                            use __rt::Neither as _;
                            __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                        },
                    > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen,
                >(),
                <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::Block<f32>>::LEN,
            ],
            ["", ""],
            "`near`: what `basis::Radial<f32, 2, 8>` lists in `TENSORS` are not its parameters, all in their order",
            "\n  = help: list each field there: `TensorInfo::new(\"weight\", &[4], Role::Weight)`\n  = note: more under E41 in the documentation of `network!`",
        );
    };
    #[automatically_derived]
    impl __rt::Network for Own {
        type Scalar = f32;
        type Gradients = OwnParameters;
        const NAME: &'static str = "Own";
        const INPUT: &'static [usize] = &[2];
        const OUTPUT: &'static [usize] = &[3];
        const INPUTS: usize = 2;
        const OUTPUTS: usize = 3;
        const PARAMETERS: usize = <<__rt::Choice<
            {
                use __rt::Neither as _;
                __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
            },
        > as __rt::Choose<basis::Radial<f32, 2, 8>>>::Chosen as __rt::Block<f32>>::LEN
            + 27;
        const FLOPS: usize = <<__rt::Choice<
            {
                use __rt::Neither as _;
                __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
            },
        > as __rt::Choose<
            basis::Radial<f32, 2, 8>,
        >>::Chosen as __rt::CustomLayer<f32>>::FLOPS + 8 + 51;
        const SUMMARY: &'static str = "Own\nlayer        type                      output                            parameters\ninput                                  [2]\nnear         basis::Radial<f32, 2, 8>  [8]     basis::Radial<f32, 2, 8>::PARAMETERS\nactivation1  activation                [8]                                        0\nout          dense                     [3]                                       27\nbasis::Radial<f32, 2, 8>::PARAMETERS + 27 parameters, basis::Radial<f32, 2, 8>::FLOPS + 8 + 51 FLOPs a sample";
        const LAYERS: &'static [__rt::LayerInfo] = &[
            __rt::LayerInfo {
                name: "near",
                offset: 0,
                tensors: <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::Layer<f32>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "out",
                offset: <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::Block<f32>>::LEN,
                tensors: <__rt::layers::Dense<f32, 8, 3, 3> as __rt::Layer<f32>>::TENSORS,
            },
        ];
        const STEPS: &'static [__rt::StepInfo] = &[
            __rt::StepInfo {
                name: "near",
                description: "basis::Radial<f32, 2, 8>",
                output: &[8],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "activation1",
                description: "activation",
                output: &[8],
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
        const TRAIN_FEATURES: usize = 37;
        const ON_DEMAND_FEATURES: usize = 2;
        const INFER_FEATURES: usize = 16;
        const SCRATCH_FEATURES: usize = __rt::largest(
            &[
                <<__rt::Choice<
                    {
                        use __rt::Neither as _;
                        __rt::Probe::<basis::Radial<f32, 2, 8>, f32>::IS_LAYER
                    },
                > as __rt::Choose<
                    basis::Radial<f32, 2, 8>,
                >>::Chosen as __rt::CustomLayer<f32>>::SCRATCH,
            ],
        );
        const SHARED: usize = 0;
        const PHASES: usize = 1;
        const TRAIN_OUTPUT: __rt::Slot = __rt::Slot::new(16, 3);
        const TRAIN_INPUT_GRADIENT: __rt::Slot = __rt::Slot::new(37, 2);
        const TRAIN_OUTPUT_GRADIENT: __rt::Slot = __rt::Slot::new(32, 3);
        const INFER_OUTPUT: __rt::Slot = __rt::Slot::new(0, 3);
        fn initialise(&mut self, seed: u64) {
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.near,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 0),
            );
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.out,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 2),
            );
        }
        fn infer_one(&self, x: &[f32], y: &mut [f32]) {
            __rt::one_sample_into::<Self, f32, 2, 3>(self, x, y);
        }
        fn infer(&self, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(8, 2);
            let near = __rt::Slot::new(0, 8);
            let activation1 = __rt::Slot::new(8, 8);
            let out = __rt::Slot::new(0, 3);
            pass.infer_samples(&self.near, &(), Width(2.0), input, near);
            pass.infer(
                &__rt::layers::Map(
                    __rt::layers::Functions::new::<f32>(__value1(), __slope1()),
                ),
                &(),
                (),
                near,
                activation1,
            );
            pass.infer(
                &self.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                activation1,
                out,
            );
        }
        fn forward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(35, 2);
            let near = __rt::Slot::new(0, 8);
            let activation1 = __rt::Slot::new(8, 8);
            let out = __rt::Slot::new(16, 3);
            pass.forward_samples(&self.near, Width(2.0), input, near);
            pass.forward(
                &__rt::layers::Map(
                    __rt::layers::Functions::new::<f32>(__value1(), __slope1()),
                ),
                (),
                near,
                activation1,
            );
            pass.forward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                activation1,
                out,
            );
        }
        fn backward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(35, 2);
            let d_input = __rt::Slot::new(37, 2);
            let near = __rt::Slot::new(0, 8);
            let d_near = __rt::Slot::new(24, 8);
            let d_activation1 = __rt::Slot::new(16, 8);
            let d_out = __rt::Slot::new(32, 3);
            pass.backward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_out,
                    dx: d_activation1,
                },
            );
            pass.backward(
                &__rt::layers::Map(
                    __rt::layers::Functions::new::<f32>(__value1(), __slope1()),
                ),
                (),
                __rt::Ports {
                    x: near,
                    y: __rt::Slot::NONE,
                    dy: d_activation1,
                    dx: d_near,
                },
            );
            let d_input = pass.on_demand(d_input);
            pass.backward(
                &self.near,
                Width(2.0),
                __rt::Ports {
                    x: input,
                    y: near,
                    dy: d_near,
                    dx: d_input,
                },
            );
        }
        fn gradients(
            &self,
            arena: __rt::Arena<'_, f32>,
            shared: &[f32],
            gradients: &mut Self::Gradients,
            accumulate: bool,
        ) {
            let input = __rt::Slot::new(35, 2);
            let d_near = __rt::Slot::new(24, 8);
            let activation1 = __rt::Slot::new(8, 8);
            let d_out = __rt::Slot::new(32, 3);
            arena
                .gradient_samples(
                    &self.near,
                    Width(2.0),
                    [input, d_near],
                    &mut gradients.near,
                    accumulate,
                );
            __rt::Layer::gradient(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                arena.edge(activation1),
                arena.edge(d_out),
                &[],
                &mut gradients.out,
                accumulate,
            );
        }
    }
    #[automatically_derived]
    impl __rt::OneSample<f32> for Own {
        #[inline(always)]
        fn one_sample<__I: __rt::Isa>(&self, x: &[f32], y: &mut [f32]) {
            let (network, one) = (self, __rt::One::<__I>::new());
            let mut near = [__rt::zero::<f32>(); 8];
            one.infer(&network.near, &(), Width(2.0), x, &mut near);
            let mut activation1 = [__rt::zero::<f32>(); 8];
            one.infer(
                &__rt::layers::Map(
                    __rt::layers::Functions::new::<f32>(__value1(), __slope1()),
                ),
                &(),
                (),
                &near,
                &mut activation1,
            );
            one.infer(
                &network.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                &activation1,
                y,
            );
        }
    }
};
#[doc(hidden)]
#[allow(unused_macros, reason = "it is for other networks, and there may be none")]
macro_rules! __network_Own {
    ([$($runtime:tt)*] [$($path:tt)*] [$($known:tt)*] $($rest:tt)*) => {
        $($runtime)* ::network! { @ with { $($known)* [$($path)*] { #[doc =
        " What the macro knows nothing of."] pub struct Own : [2] -> [3] { near :
        layer(basis::Radial < f32, 2, 8 >, config = Width(2.0)) -> [8], activation(| x |
        x * x, slope = | x | 2.0 * x), out : dense(3), } } } $($rest)* }
    };
}
#[doc(hidden)]
#[allow(unused_imports, reason = "it is for other networks, and there may be none")]
pub(crate) use __network_Own as Own;
