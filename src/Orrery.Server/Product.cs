using System.Reflection;

namespace Orrery.Server;

/// <summary>What this server is and which version.</summary>
internal static class Product
{
    /// <summary>
    /// The version that <c>/version</c> answers, read by MLflow clients: those from 3.4 on send traces to <c>POST /v1/traces</c> when it is
    /// 3.4 or later, and as an artifact otherwise. Raise it together with the support for what it promises.
    /// </summary>
    public const string MlflowVersion = "3.3.0";

    private static readonly string[] Informational =
        (typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    /// <summary>The product's version: <c>0.1.0</c>.</summary>
    public static string Version => Informational[0];

    /// <summary>The commit it was built from; empty when the build did not know.</summary>
    public static string Commit => Informational.Length > 1 ? Informational[1] : "";
}
