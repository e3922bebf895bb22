using System.Reflection;
using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Answers which file a library's name in this assembly's imports stands for. .NET takes one resolver for an assembly.</summary>
internal static class NativeResolver
{
    private static readonly Dictionary<string, Func<nint>> Libraries = new() { [NativeMethods.Library] = DuckLibrary.Load };

    static NativeResolver() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeResolver).Assembly, static (string name, Assembly _, DllImportSearchPath? _) =>
            Libraries.TryGetValue(name, out var load) ? load() : 0);

    /// <summary>To be called before the first import is used.</summary>
    public static void Register()
    {
        // The static constructor did it, once.
    }
}
