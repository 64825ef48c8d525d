::shapewise::__private::in_editor! {
    const _ : & [fn ()] = & [::shapewise::__private::words::layers::dense:: <
    ::shapewise::__private::words::Vector < 8usize >,
    ::shapewise::__private::words::Count < 24usize >>,
    ::shapewise::__private::words::layers::tanh:: < ::shapewise::__private::words::Vector
    < 8usize >, ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::dense:: <
    ::shapewise::__private::words::Vector < 2usize >,
    ::shapewise::__private::words::Count < 18usize >>];
}
/// Two bits in, two classes out.
#[derive(Clone, Debug)]
///
/// ```text
/// Xor
/// layer   type          output  parameters
/// input                 [2]
/// hidden  dense + tanh  [8]             24
/// out     dense         [2]             18
/// 42 parameters, 82 FLOPs a sample
/// ```
#[repr(C, align(64))]
pub struct Xor {
    /// `dense + tanh`: gives `[8]`, has 24 parameters.
    pub hidden: ::shapewise::__private::layers::Dense<f32, 2, 8, 8>,
    /// `dense`: gives `[2]`, has 18 parameters.
    pub out: ::shapewise::__private::layers::Dense<f32, 8, 2, 2>,
}
/// The parameters of [`Xor`] by layer, or their gradient.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
pub struct XorParameters {
    /// `dense + tanh`: gives `[8]`, has 24 parameters.
    pub hidden: ::shapewise::__private::layers::Dense<f32, 2, 8, 8>,
    /// `dense`: gives `[2]`, has 18 parameters.
    pub out: ::shapewise::__private::layers::Dense<f32, 8, 2, 2>,
}
impl ::shapewise::__private::Part for Xor {
    type Parameters = XorParameters;
    type Buffers = ();
}
#[allow(
    unused_variables,
    clippy::same_name_method,
    reason = "layers differ in what they look at"
)]
const _: () = {
    use ::shapewise::__private as __rt;
    impl Xor {
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
            __rt::Matrix < f32, __rt::Const < 2 >, __Samples, __Outputs >, memory : & mut
            __rt::Inference < Self >,) -> __rt::Result < () > where __Samples :
            __rt::Dim, __Inputs : __rt::Columns < f32, 2, __Samples >, __Outputs :
            __rt::ColumnsMut < f32, 2, __Samples >, { memory.forward_batch(self, inputs,
            outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(&self, input: &__rt::SVector<f32, 2>) -> __rt::SVector<f32, 2> {
            __rt::one_sample::<Self, f32, 2, 2>(self, input.as_slice())
        }
    }
    #[automatically_derived]
    impl __rt::Block<f32> for Xor {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<__rt::layers::Dense<f32, 2, 8, 8>>(__rt::offset_of!(Xor, hidden)),
            __rt::Field::<
                f32,
            >::new::<__rt::layers::Dense<f32, 8, 2, 2>>(__rt::offset_of!(Xor, out)),
        ];
        const LEN: usize = 42;
    }
    #[automatically_derived]
    impl __rt::Block<f32> for XorParameters {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Dense<f32, 2, 8, 8>,
            >(__rt::offset_of!(XorParameters, hidden)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Dense<f32, 8, 2, 2>,
            >(__rt::offset_of!(XorParameters, out)),
        ];
        const LEN: usize = 42;
    }
    #[automatically_derived]
    impl __rt::Network for Xor {
        type Scalar = f32;
        type Gradients = XorParameters;
        const NAME: &'static str = "Xor";
        const INPUT: &'static [usize] = &[2];
        const OUTPUT: &'static [usize] = &[2];
        const INPUTS: usize = 2;
        const OUTPUTS: usize = 2;
        const PARAMETERS: usize = 42;
        const FLOPS: usize = 82;
        const SUMMARY: &'static str = "Xor\nlayer   type          output  parameters\ninput                 [2]\nhidden  dense + tanh  [8]             24\nout     dense         [2]             18\n42 parameters, 82 FLOPs a sample";
        const LAYERS: &'static [__rt::LayerInfo] = &[
            __rt::LayerInfo {
                name: "hidden",
                offset: 0,
                tensors: <__rt::layers::Dense<f32, 2, 8, 8> as __rt::Layer<f32>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "out",
                offset: 24,
                tensors: <__rt::layers::Dense<f32, 8, 2, 2> as __rt::Layer<f32>>::TENSORS,
            },
        ];
        const STEPS: &'static [__rt::StepInfo] = &[
            __rt::StepInfo {
                name: "hidden",
                description: "dense + tanh",
                output: &[8],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "out",
                description: "dense",
                output: &[2],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
        ];
        const TRAIN_FEATURES: usize = 20;
        const ON_DEMAND_FEATURES: usize = 2;
        const INFER_FEATURES: usize = 10;
        const SCRATCH_FEATURES: usize = __rt::largest(&[]);
        const SHARED: usize = 0;
        const PHASES: usize = 1;
        const TRAIN_OUTPUT: __rt::Slot = __rt::Slot::new(8, 2);
        const TRAIN_INPUT_GRADIENT: __rt::Slot = __rt::Slot::new(20, 2);
        const TRAIN_OUTPUT_GRADIENT: __rt::Slot = __rt::Slot::new(18, 2);
        const INFER_OUTPUT: __rt::Slot = __rt::Slot::new(8, 2);
        fn initialise(&mut self, seed: u64) {
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.hidden,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 0),
            );
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.out,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 1),
            );
        }
        fn infer_one(&self, x: &[f32], y: &mut [f32]) {
            __rt::one_sample_into::<Self, f32, 2, 2>(self, x, y);
        }
        fn infer(&self, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(8, 2);
            let hidden = __rt::Slot::new(0, 8);
            let out = __rt::Slot::new(8, 2);
            pass.infer_samples(
                &self.hidden,
                &(),
                __rt::Activation::Tanh(__rt::activation::Tanh),
                input,
                hidden,
            );
            pass.infer(
                &self.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                hidden,
                out,
            );
        }
        fn forward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(16, 2);
            let hidden = __rt::Slot::new(0, 8);
            let out = __rt::Slot::new(8, 2);
            pass.forward_samples(
                &self.hidden,
                __rt::Activation::Tanh(__rt::activation::Tanh),
                input,
                hidden,
            );
            pass.forward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                hidden,
                out,
            );
        }
        fn backward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let d_input = __rt::Slot::new(20, 2);
            let hidden = __rt::Slot::new(0, 8);
            let d_hidden = __rt::Slot::new(8, 8);
            let d_out = __rt::Slot::new(18, 2);
            pass.backward(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_out,
                    dx: d_hidden,
                },
            );
            let d_input = pass.on_demand(d_input);
            pass.backward(
                &self.hidden,
                __rt::Activation::Tanh(__rt::activation::Tanh),
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: hidden,
                    dy: d_hidden,
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
            let input = __rt::Slot::new(16, 2);
            let hidden = __rt::Slot::new(0, 8);
            let d_hidden = __rt::Slot::new(8, 8);
            let d_out = __rt::Slot::new(18, 2);
            arena
                .gradient_samples(
                    &self.hidden,
                    __rt::Activation::Tanh(__rt::activation::Tanh),
                    [input, d_hidden],
                    &mut gradients.hidden,
                    accumulate,
                );
            __rt::Layer::gradient(
                &self.out,
                __rt::Activation::Identity(__rt::activation::Identity),
                arena.edge(hidden),
                arena.edge(d_out),
                &[],
                &mut gradients.out,
                accumulate,
            );
        }
    }
    #[automatically_derived]
    impl __rt::OneSample<f32> for Xor {
        #[inline(always)]
        fn one_sample<__I: __rt::Isa>(&self, x: &[f32], y: &mut [f32]) {
            let (network, one) = (self, __rt::One::<__I>::new());
            let mut hidden = [__rt::zero::<f32>(); 8];
            one.infer(
                &network.hidden,
                &(),
                __rt::Activation::Tanh(__rt::activation::Tanh),
                x,
                &mut hidden,
            );
            one.infer(
                &network.out,
                &(),
                __rt::Activation::Identity(__rt::activation::Identity),
                &hidden,
                y,
            );
        }
    }
};
#[doc(hidden)]
#[allow(unused_macros, reason = "it is for other networks, and there may be none")]
macro_rules! __network_Xor {
    ([$($runtime:tt)*] [$($path:tt)*] [$($known:tt)*] $($rest:tt)*) => {
        $($runtime)* ::network! { @ with { $($known)* [$($path)*] { #[doc =
        " Two bits in, two classes out."] #[derive(Clone, Debug)] pub struct Xor : [2] ->
        [2] { hidden : dense(8), tanh, out : dense(2), } } } $($rest)* }
    };
}
#[doc(hidden)]
#[allow(unused_imports, reason = "it is for other networks, and there may be none")]
pub(crate) use __network_Xor as Xor;
