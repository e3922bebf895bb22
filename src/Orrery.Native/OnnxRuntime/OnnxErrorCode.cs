namespace Orrery.Native;

/// <summary>ONNX Runtime's error codes (<c>OrtErrorCode</c>), and one for a missing library.</summary>
public enum OnnxErrorCode
{
    /// <summary>The library is missing or does not load.</summary>
    LibraryMissing = -1,

    /// <summary>Something else; the message tells.</summary>
    Fail = 1,

    /// <summary>An input does not fit: its name, type, rank or dimensions.</summary>
    InvalidArgument = 2,

    /// <summary>The model file is missing.</summary>
    NoSuchFile = 3,

    /// <summary>There is no model to run.</summary>
    NoModel = 4,

    /// <summary>The engine failed.</summary>
    EngineError = 5,

    /// <summary>An operator failed while it ran.</summary>
    RuntimeException = 6,

    /// <summary>The file is no ONNX model.</summary>
    InvalidProtobuf = 7,

    /// <summary>A model was loaded already.</summary>
    ModelLoaded = 8,

    /// <summary>An operator, or a version of it, that this ONNX Runtime does not have.</summary>
    NotImplemented = 9,

    /// <summary>The model's graph is wrong.</summary>
    InvalidGraph = 10,

    /// <summary>An execution provider failed.</summary>
    ExecutionProviderFail = 11,
}
