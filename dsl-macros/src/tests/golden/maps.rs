::shapewise::__private::in_editor! {
    const _ : & [fn ()] = & [::shapewise::__private::words::layers::conv1d:: <
    ::shapewise::__private::words::Sequence < 2usize, 128usize >,
    ::shapewise::__private::words::Count < 22usize >>,
    ::shapewise::__private::words::options::kernel,
    ::shapewise::__private::words::options::stride,
    ::shapewise::__private::words::options::padding,
    ::shapewise::__private::words::layers::relu:: <
    ::shapewise::__private::words::Sequence < 2usize, 128usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::max_pool1d:: <
    ::shapewise::__private::words::Sequence < 2usize, 16usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::conv1d:: <
    ::shapewise::__private::words::Sequence < 4usize, 8usize >,
    ::shapewise::__private::words::Count < 28usize >>,
    ::shapewise::__private::words::options::kernel,
    ::shapewise::__private::words::options::stride,
    ::shapewise::__private::words::options::padding,
    ::shapewise::__private::words::layers::relu:: <
    ::shapewise::__private::words::Sequence < 4usize, 8usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::max_pool1d:: <
    ::shapewise::__private::words::Sequence < 4usize, 4usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::reshape:: <
    ::shapewise::__private::words::Image < 2usize, 2usize, 4usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::layers::conv_transpose2d:: <
    ::shapewise::__private::words::Image < 1usize, 4usize, 8usize >,
    ::shapewise::__private::words::Count < 8usize >>,
    ::shapewise::__private::words::options::kernel,
    ::shapewise::__private::words::options::stride,
    ::shapewise::__private::words::options::bias,
    ::shapewise::__private::words::layers::upsample:: <
    ::shapewise::__private::words::Image < 1usize, 8usize, 16usize >,
    ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::options::mode,
    ::shapewise::__private::words::mode::bilinear,
    ::shapewise::__private::words::layers::pad:: < ::shapewise::__private::words::Image <
    1usize, 9usize, 16usize >, ::shapewise::__private::words::Count < 0usize >>,
    ::shapewise::__private::words::options::top,
    ::shapewise::__private::words::layers::crop:: < ::shapewise::__private::words::Image
    < 1usize, 9usize, 12usize >, ::shapewise::__private::words::Count < 0usize >>];
}
/// A sequence that becomes an image.
///
/// ```text
/// Net
/// layer        type                  output      parameters
/// input                              [2, 256]
/// conv1d1      conv1d 5              [2, 128]            22
/// max_pool1d1  max_pool1d 8 + relu   [2, 16]              0
/// conv1d2      conv1d 3              [4, 8]              28
/// max_pool1d2  max_pool1d 2 + relu   [4, 4]               0
/// reshape1     reshape               [2, 2, 4]            0
/// up           conv_transpose2d 2x2  [1, 4, 8]            8
/// upsample1    upsample 2 bilinear   [1, 8, 16]           0
/// pad1         pad                   [1, 9, 16]           0
/// crop1        crop                  [1, 9, 12]           0
/// 58 parameters, 7,152 FLOPs a sample
/// ```
#[repr(C, align(64))]
struct Net {
    /// `conv1d 5`: gives `[2, 128]`, has 22 parameters.
    pub conv1d1: ::shapewise::__private::layers::Conv1d<f32, 2, 2, 5, 10, 2>,
    /// `conv1d 3`: gives `[4, 8]`, has 28 parameters.
    pub conv1d2: ::shapewise::__private::layers::Conv1d<f32, 2, 4, 3, 6, 4>,
    /// `conv_transpose2d 2x2`: gives `[1, 4, 8]`, has 8 parameters.
    pub up: ::shapewise::__private::layers::ConvTranspose2d<f32, 2, 1, 2, 2, 4, 0>,
}
/// The parameters of [`Net`] by layer, or their gradient.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[repr(C)]
struct NetParameters {
    /// `conv1d 5`: gives `[2, 128]`, has 22 parameters.
    pub conv1d1: ::shapewise::__private::layers::Conv1d<f32, 2, 2, 5, 10, 2>,
    /// `conv1d 3`: gives `[4, 8]`, has 28 parameters.
    pub conv1d2: ::shapewise::__private::layers::Conv1d<f32, 2, 4, 3, 6, 4>,
    /// `conv_transpose2d 2x2`: gives `[1, 4, 8]`, has 8 parameters.
    pub up: ::shapewise::__private::layers::ConvTranspose2d<f32, 2, 1, 2, 2, 4, 0>,
}
impl ::shapewise::__private::Part for Net {
    type Parameters = NetParameters;
    type Buffers = ();
}
#[allow(
    unused_variables,
    clippy::same_name_method,
    reason = "layers differ in what they look at"
)]
const _: () = {
    use ::shapewise::__private as __rt;
    impl Net {
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
            __rt::Matrix < f32, __rt::Const < 512 >, __Samples, __Inputs >, outputs : &
            mut __rt::Matrix < f32, __rt::Const < 108 >, __Samples, __Outputs >, memory :
            & mut __rt::Inference < Self >,) -> __rt::Result < () > where __Samples :
            __rt::Dim, __Inputs : __rt::Columns < f32, 512, __Samples >, __Outputs :
            __rt::ColumnsMut < f32, 108, __Samples >, { memory.forward_batch(self,
            inputs, outputs) }
        }
        /// Inference for one sample.
        #[must_use]
        pub fn forward(
            &self,
            input: &__rt::SVector<f32, 512>,
        ) -> __rt::SVector<f32, 108> {
            __rt::one_sample::<Self, f32, 512, 108>(self, input.as_slice())
        }
    }
    #[automatically_derived]
    impl __rt::Block<f32> for Net {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Conv1d<f32, 2, 2, 5, 10, 2>,
            >(__rt::offset_of!(Net, conv1d1)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Conv1d<f32, 2, 4, 3, 6, 4>,
            >(__rt::offset_of!(Net, conv1d2)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::ConvTranspose2d<f32, 2, 1, 2, 2, 4, 0>,
            >(__rt::offset_of!(Net, up)),
        ];
        const LEN: usize = 58;
    }
    #[automatically_derived]
    impl __rt::Block<f32> for NetParameters {
        const FIELDS: &'static [__rt::Field<f32>] = &[
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Conv1d<f32, 2, 2, 5, 10, 2>,
            >(__rt::offset_of!(NetParameters, conv1d1)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::Conv1d<f32, 2, 4, 3, 6, 4>,
            >(__rt::offset_of!(NetParameters, conv1d2)),
            __rt::Field::<
                f32,
            >::new::<
                __rt::layers::ConvTranspose2d<f32, 2, 1, 2, 2, 4, 0>,
            >(__rt::offset_of!(NetParameters, up)),
        ];
        const LEN: usize = 58;
    }
    #[automatically_derived]
    impl __rt::Network for Net {
        type Scalar = f32;
        type Gradients = NetParameters;
        const NAME: &'static str = "Net";
        const INPUT: &'static [usize] = &[2, 256];
        const OUTPUT: &'static [usize] = &[1, 9, 12];
        const INPUTS: usize = 512;
        const OUTPUTS: usize = 108;
        const PARAMETERS: usize = 58;
        const FLOPS: usize = 7152;
        const SUMMARY: &'static str = "Net\nlayer        type                  output      parameters\ninput                              [2, 256]\nconv1d1      conv1d 5              [2, 128]            22\nmax_pool1d1  max_pool1d 8 + relu   [2, 16]              0\nconv1d2      conv1d 3              [4, 8]              28\nmax_pool1d2  max_pool1d 2 + relu   [4, 4]               0\nreshape1     reshape               [2, 2, 4]            0\nup           conv_transpose2d 2x2  [1, 4, 8]            8\nupsample1    upsample 2 bilinear   [1, 8, 16]           0\npad1         pad                   [1, 9, 16]           0\ncrop1        crop                  [1, 9, 12]           0\n58 parameters, 7,152 FLOPs a sample";
        const LAYERS: &'static [__rt::LayerInfo] = &[
            __rt::LayerInfo {
                name: "conv1d1",
                offset: 0,
                tensors: <__rt::layers::Conv1d<
                    f32,
                    2,
                    2,
                    5,
                    10,
                    2,
                > as __rt::Layer<f32>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "conv1d2",
                offset: 22,
                tensors: <__rt::layers::Conv1d<
                    f32,
                    2,
                    4,
                    3,
                    6,
                    4,
                > as __rt::Layer<f32>>::TENSORS,
            },
            __rt::LayerInfo {
                name: "up",
                offset: 50,
                tensors: <__rt::layers::ConvTranspose2d<
                    f32,
                    2,
                    1,
                    2,
                    2,
                    4,
                    0,
                > as __rt::Layer<f32>>::TENSORS,
            },
        ];
        const STEPS: &'static [__rt::StepInfo] = &[
            __rt::StepInfo {
                name: "conv1d1",
                description: "conv1d 5",
                output: &[2, 128],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "max_pool1d1",
                description: "max_pool1d 8 + relu",
                output: &[2, 16],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "conv1d2",
                description: "conv1d 3",
                output: &[4, 8],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "max_pool1d2",
                description: "max_pool1d 2 + relu",
                output: &[4, 4],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "up",
                description: "conv_transpose2d 2x2",
                output: &[1, 4, 8],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "upsample1",
                description: "upsample 2 bilinear",
                output: &[1, 8, 16],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "pad1",
                description: "pad",
                output: &[1, 9, 16],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
            __rt::StepInfo {
                name: "crop1",
                description: "crop",
                output: &[1, 9, 12],
                forward: 0,
                backward: __rt::Option::Some(0),
            },
        ];
        const TRAIN_FEATURES: usize = 1208;
        const ON_DEMAND_FEATURES: usize = 512;
        const INFER_FEATURES: usize = 768;
        const SCRATCH_FEATURES: usize = __rt::largest(&[]);
        const SHARED: usize = 0;
        const PHASES: usize = 1;
        const TRAIN_OUTPUT: __rt::Slot = __rt::Slot::new(912, 108);
        const TRAIN_INPUT_GRADIENT: __rt::Slot = __rt::Slot::new(1208, 512);
        const TRAIN_OUTPUT_GRADIENT: __rt::Slot = __rt::Slot::new(1020, 108);
        const INFER_OUTPUT: __rt::Slot = __rt::Slot::new(144, 108);
        fn initialise(&mut self, seed: u64) {
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.conv1d1,
                __rt::init::Initialiser::HeNormal(__rt::init::HeNormal),
                &mut __rt::Random::stream(seed, 0),
            );
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.conv1d2,
                __rt::init::Initialiser::HeNormal(__rt::init::HeNormal),
                &mut __rt::Random::stream(seed, 2),
            );
            __rt::Layer::<
                f32,
            >::initialise(
                &mut self.up,
                __rt::init::Initialiser::XavierUniform(__rt::init::XavierUniform),
                &mut __rt::Random::stream(seed, 4),
            );
        }
        fn infer_one(&self, x: &[f32], y: &mut [f32]) {
            __rt::one_sample_into::<Self, f32, 512, 108>(self, x, y);
        }
        fn infer(&self, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(0, 512);
            let conv1d1 = __rt::Slot::new(512, 256);
            let max_pool1d1 = __rt::Slot::new(0, 32);
            let conv1d2 = __rt::Slot::new(32, 32);
            let max_pool1d2 = __rt::Slot::new(64, 16);
            let up = __rt::Slot::new(0, 32);
            let upsample1 = __rt::Slot::new(144, 128);
            let pad1 = __rt::Slot::new(0, 144);
            let crop1 = __rt::Slot::new(144, 108);
            pass.infer_samples(
                &self.conv1d1,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 256],
                    output: [2, 1, 128],
                    kernel: [1, 5],
                    stride: [1, 2],
                    padding: [0, 2],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                input,
                conv1d1,
            );
            pass.infer(
                &__rt::layers::ReluMaxPool2d,
                &(),
                const {
                    __rt::layers::Window2d::new(
                        [1, 128],
                        [1, 16],
                        [1, 8],
                        [1, 8],
                        [0, 0],
                    )
                },
                conv1d1,
                max_pool1d1,
            );
            pass.infer(
                &self.conv1d2,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 16],
                    output: [4, 1, 8],
                    kernel: [1, 3],
                    stride: [1, 2],
                    padding: [0, 1],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                max_pool1d1,
                conv1d2,
            );
            pass.infer(
                &__rt::layers::ReluMaxPool2d,
                &(),
                const {
                    __rt::layers::Window2d::new([1, 8], [1, 4], [1, 2], [1, 2], [0, 0])
                },
                conv1d2,
                max_pool1d2,
            );
            pass.infer(
                &self.up,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 2, 4],
                    output: [1, 4, 8],
                    kernel: [2, 2],
                    stride: [2, 2],
                    padding: [0, 0],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                max_pool1d2,
                up,
            );
            pass.infer(
                &__rt::layers::UpsampleBilinear2d,
                &(),
                const { __rt::layers::Upsample2dConfig::new([4, 8], [2, 2]) },
                up,
                upsample1,
            );
            pass.infer(
                &__rt::layers::Pad2d,
                &(),
                const { __rt::layers::Frame2d::new([8, 16], [9, 16], [1, 0]) },
                upsample1,
                pad1,
            );
            pass.infer(
                &__rt::layers::Crop2d,
                &(),
                const { __rt::layers::Frame2d::new([9, 12], [9, 16], [0, 2]) },
                pad1,
                crop1,
            );
        }
        fn forward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(0, 512);
            let conv1d1 = __rt::Slot::new(512, 256);
            let max_pool1d1 = __rt::Slot::new(1128, 32);
            let conv1d2 = __rt::Slot::new(1160, 32);
            let max_pool1d2 = __rt::Slot::new(1192, 16);
            let up = __rt::Slot::new(768, 32);
            let upsample1 = __rt::Slot::new(912, 128);
            let pad1 = __rt::Slot::new(768, 144);
            let crop1 = __rt::Slot::new(912, 108);
            pass.forward_samples(
                &self.conv1d1,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 256],
                    output: [2, 1, 128],
                    kernel: [1, 5],
                    stride: [1, 2],
                    padding: [0, 2],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                input,
                conv1d1,
            );
            pass.forward(
                &__rt::layers::ReluMaxPool2d,
                const {
                    __rt::layers::Window2d::new(
                        [1, 128],
                        [1, 16],
                        [1, 8],
                        [1, 8],
                        [0, 0],
                    )
                },
                conv1d1,
                max_pool1d1,
            );
            pass.forward(
                &self.conv1d2,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 16],
                    output: [4, 1, 8],
                    kernel: [1, 3],
                    stride: [1, 2],
                    padding: [0, 1],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                max_pool1d1,
                conv1d2,
            );
            pass.forward(
                &__rt::layers::ReluMaxPool2d,
                const {
                    __rt::layers::Window2d::new([1, 8], [1, 4], [1, 2], [1, 2], [0, 0])
                },
                conv1d2,
                max_pool1d2,
            );
            pass.forward(
                &self.up,
                __rt::layers::Conv2dConfig {
                    input: [2, 2, 4],
                    output: [1, 4, 8],
                    kernel: [2, 2],
                    stride: [2, 2],
                    padding: [0, 0],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                max_pool1d2,
                up,
            );
            pass.forward(
                &__rt::layers::UpsampleBilinear2d,
                const { __rt::layers::Upsample2dConfig::new([4, 8], [2, 2]) },
                up,
                upsample1,
            );
            pass.forward(
                &__rt::layers::Pad2d,
                const { __rt::layers::Frame2d::new([8, 16], [9, 16], [1, 0]) },
                upsample1,
                pad1,
            );
            pass.forward(
                &__rt::layers::Crop2d,
                const { __rt::layers::Frame2d::new([9, 12], [9, 16], [0, 2]) },
                pad1,
                crop1,
            );
        }
        fn backward(&self, phase: usize, pass: &mut __rt::Pass<'_, f32>) {
            let input = __rt::Slot::new(0, 512);
            let d_input = __rt::Slot::new(1208, 512);
            let conv1d1 = __rt::Slot::new(512, 256);
            let d_conv1d1 = __rt::Slot::new(768, 256);
            let block_conv1d1 = __rt::Slot::new(512, 2);
            let max_pool1d1 = __rt::Slot::new(1128, 32);
            let d_max_pool1d1 = __rt::Slot::new(1160, 32);
            let conv1d2 = __rt::Slot::new(1160, 32);
            let d_conv1d2 = __rt::Slot::new(1072, 32);
            let max_pool1d2 = __rt::Slot::new(1192, 16);
            let d_max_pool1d2 = __rt::Slot::new(768, 16);
            let d_up = __rt::Slot::new(1040, 32);
            let d_upsample1 = __rt::Slot::new(912, 128);
            let d_pad1 = __rt::Slot::new(768, 144);
            let d_crop1 = __rt::Slot::new(1020, 108);
            pass.backward(
                &__rt::layers::Crop2d,
                const { __rt::layers::Frame2d::new([9, 12], [9, 16], [0, 2]) },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_crop1,
                    dx: d_pad1,
                },
            );
            pass.backward(
                &__rt::layers::Pad2d,
                const { __rt::layers::Frame2d::new([8, 16], [9, 16], [1, 0]) },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_pad1,
                    dx: d_upsample1,
                },
            );
            pass.backward(
                &__rt::layers::UpsampleBilinear2d,
                const { __rt::layers::Upsample2dConfig::new([4, 8], [2, 2]) },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_upsample1,
                    dx: d_up,
                },
            );
            pass.backward(
                &self.up,
                __rt::layers::Conv2dConfig {
                    input: [2, 2, 4],
                    output: [1, 4, 8],
                    kernel: [2, 2],
                    stride: [2, 2],
                    padding: [0, 0],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_up,
                    dx: d_max_pool1d2,
                },
            );
            pass.backward(
                &__rt::layers::ReluMaxPool2d,
                const {
                    __rt::layers::Window2d::new([1, 8], [1, 4], [1, 2], [1, 2], [0, 0])
                },
                __rt::Ports {
                    x: conv1d2,
                    y: max_pool1d2,
                    dy: d_max_pool1d2,
                    dx: d_conv1d2,
                },
            );
            pass.backward(
                &self.conv1d2,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 16],
                    output: [4, 1, 8],
                    kernel: [1, 3],
                    stride: [1, 2],
                    padding: [0, 1],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_conv1d2,
                    dx: d_max_pool1d1,
                },
            );
            pass.backward(
                &__rt::layers::ReluMaxPool2d,
                const {
                    __rt::layers::Window2d::new(
                        [1, 128],
                        [1, 16],
                        [1, 8],
                        [1, 8],
                        [0, 0],
                    )
                },
                __rt::Ports {
                    x: conv1d1,
                    y: max_pool1d1,
                    dy: d_max_pool1d1,
                    dx: d_conv1d1,
                },
            );
            let d_input = pass.on_demand(d_input);
            pass.backward(
                &self.conv1d1,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 256],
                    output: [2, 1, 128],
                    kernel: [1, 5],
                    stride: [1, 2],
                    padding: [0, 2],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                __rt::Ports {
                    x: __rt::Slot::NONE,
                    y: __rt::Slot::NONE,
                    dy: d_conv1d1,
                    dx: d_input,
                },
            );
            pass.learn(
                &self.conv1d1,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 256],
                    output: [2, 1, 128],
                    kernel: [1, 5],
                    stride: [1, 2],
                    padding: [0, 2],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                [input, d_conv1d1, block_conv1d1],
            );
        }
        fn gradients(
            &self,
            arena: __rt::Arena<'_, f32>,
            shared: &[f32],
            gradients: &mut Self::Gradients,
            accumulate: bool,
        ) {
            let block_conv1d1 = __rt::Slot::new(512, 2);
            let max_pool1d1 = __rt::Slot::new(1128, 32);
            let d_conv1d2 = __rt::Slot::new(1072, 32);
            let max_pool1d2 = __rt::Slot::new(1192, 16);
            let d_up = __rt::Slot::new(1040, 32);
            arena.sum_blocks(block_conv1d1, &mut gradients.conv1d1, accumulate);
            __rt::Layer::gradient(
                &self.conv1d2,
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 16],
                    output: [4, 1, 8],
                    kernel: [1, 3],
                    stride: [1, 2],
                    padding: [0, 1],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                arena.edge(max_pool1d1),
                arena.edge(d_conv1d2),
                &[],
                &mut gradients.conv1d2,
                accumulate,
            );
            __rt::Layer::gradient(
                &self.up,
                __rt::layers::Conv2dConfig {
                    input: [2, 2, 4],
                    output: [1, 4, 8],
                    kernel: [2, 2],
                    stride: [2, 2],
                    padding: [0, 0],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                arena.edge(max_pool1d2),
                arena.edge(d_up),
                &[],
                &mut gradients.up,
                accumulate,
            );
        }
    }
    #[automatically_derived]
    impl __rt::OneSample<f32> for Net {
        #[inline(always)]
        fn one_sample<__I: __rt::Isa>(&self, x: &[f32], y: &mut [f32]) {
            let (network, one) = (self, __rt::One::<__I>::new());
            let mut conv1d1 = [__rt::zero::<f32>(); 256];
            one.infer(
                &network.conv1d1,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 256],
                    output: [2, 1, 128],
                    kernel: [1, 5],
                    stride: [1, 2],
                    padding: [0, 2],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                x,
                &mut conv1d1,
            );
            let mut max_pool1d1 = [__rt::zero::<f32>(); 32];
            one.infer(
                &__rt::layers::ReluMaxPool2d,
                &(),
                const {
                    __rt::layers::Window2d::new(
                        [1, 128],
                        [1, 16],
                        [1, 8],
                        [1, 8],
                        [0, 0],
                    )
                },
                &conv1d1,
                &mut max_pool1d1,
            );
            let mut conv1d2 = [__rt::zero::<f32>(); 32];
            one.infer(
                &network.conv1d2,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 1, 16],
                    output: [4, 1, 8],
                    kernel: [1, 3],
                    stride: [1, 2],
                    padding: [0, 1],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                &max_pool1d1,
                &mut conv1d2,
            );
            let mut max_pool1d2 = [__rt::zero::<f32>(); 16];
            one.infer(
                &__rt::layers::ReluMaxPool2d,
                &(),
                const {
                    __rt::layers::Window2d::new([1, 8], [1, 4], [1, 2], [1, 2], [0, 0])
                },
                &conv1d2,
                &mut max_pool1d2,
            );
            let mut up = [__rt::zero::<f32>(); 32];
            one.infer(
                &network.up,
                &(),
                __rt::layers::Conv2dConfig {
                    input: [2, 2, 4],
                    output: [1, 4, 8],
                    kernel: [2, 2],
                    stride: [2, 2],
                    padding: [0, 0],
                    dilation: [1, 1],
                    groups: 1,
                    activation: __rt::Activation::Identity(__rt::activation::Identity),
                },
                &max_pool1d2,
                &mut up,
            );
            let mut upsample1 = [__rt::zero::<f32>(); 128];
            one.infer(
                &__rt::layers::UpsampleBilinear2d,
                &(),
                const { __rt::layers::Upsample2dConfig::new([4, 8], [2, 2]) },
                &up,
                &mut upsample1,
            );
            let mut pad1 = [__rt::zero::<f32>(); 144];
            one.infer(
                &__rt::layers::Pad2d,
                &(),
                const { __rt::layers::Frame2d::new([8, 16], [9, 16], [1, 0]) },
                &upsample1,
                &mut pad1,
            );
            one.infer(
                &__rt::layers::Crop2d,
                &(),
                const { __rt::layers::Frame2d::new([9, 12], [9, 16], [0, 2]) },
                &pad1,
                y,
            );
        }
    }
};
#[doc(hidden)]
#[allow(unused_macros, reason = "it is for other networks, and there may be none")]
macro_rules! __network_Net {
    ([$($runtime:tt)*] [$($path:tt)*] [$($known:tt)*] $($rest:tt)*) => {
        $($runtime)* ::network! { @ with { $($known)* [$($path)*] { #[doc =
        " A sequence that becomes an image."] struct Net : [2, 256] -> [1, 9, 12] {
        conv1d(2, kernel = 5, stride = 2, padding = 2), relu, max_pool1d(8), conv1d(4,
        kernel = 3, stride = 2, padding = 1), relu, max_pool1d(2), reshape([2, 2, 4]), up
        : conv_transpose2d(1, kernel = 2, stride = 2, bias = false), upsample(2, mode =
        bilinear), pad(top = 1), crop((0, 2)), } } } $($rest)* }
    };
}
#[doc(hidden)]
#[allow(unused_imports, reason = "it is for other networks, and there may be none")]
use __network_Net as Net;
