using Orrery.Native;

namespace Orrery.Tests.Unit.OnnxRuntime;

/// <summary>Opens models for tests from a folder that goes with the test.</summary>
public abstract class OnnxTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-onnx-");

    protected string Folder => _folder.FullName;

    protected OnnxSession Open(byte[] model, OnnxSessionOptions? options = null) => OnnxSession.Open(Write(model), options);

    protected string Write(byte[] model, string name = "model.onnx")
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, model);
        return path;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _folder.Delete(recursive: true);
}
