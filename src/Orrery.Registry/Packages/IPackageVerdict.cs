using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>Decides whether a package may be used: loaded, deployed, evaluated. Modules above the registry implement it; without one every package may.</summary>
public interface IPackageVerdict
{
    /// <summary>Null when it may be used; the reason when it may not. Takes as long as looking at the package does when nobody has yet.</summary>
    /// <param name="actor">Who wants it, and in which workspace.</param>
    /// <param name="package">A stored one, with its files.</param>
    /// <param name="cancel">Breaks off.</param>
    public ValueTask<Failure?> CheckAsync(Actor actor, ModelPackage package, CancellationToken cancel);
}
