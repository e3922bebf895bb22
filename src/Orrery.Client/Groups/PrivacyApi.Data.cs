using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on masked and synthetic data.</summary>
public sealed partial class PrivacyApi
{
    /// <summary>Masks a table; 400 <c>governance.invalid_masking</c>, 403 <c>governance.privacy_restricted</c>.</summary>
    public Task<MaskedData> MaskAsync(MaskSpec spec, CancellationToken cancel = default) => _wire.NativeAsync<MaskSpec, MaskedData>(Root + "/masks", spec, Repeat.Always, cancel);

    /// <summary>Makes a synthetic copy of a table; 400 <c>governance.invalid_synthesis</c>, 403 <c>governance.privacy_restricted</c>.</summary>
    public Task<SyntheticData> SynthesizeAsync(SyntheticSpec spec, CancellationToken cancel = default) =>
        _wire.NativeAsync<SyntheticSpec, SyntheticData>(Root + "/syntheses", spec, Repeat.Always, cancel);
}
