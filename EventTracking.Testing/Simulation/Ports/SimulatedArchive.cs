using EventTracking.Core.Payloads;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The payload archive at the other end of a network.</summary>
internal sealed class SimulatedArchive(IPayloadArchive archive, StoreCalls calls, SimulatedProcess process) : IPayloadArchive
{
    public Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"archive.append {payloads[0].EventId}+{payloads.Count}", () => archive.AppendAsync(payloads, cancellationToken), cancellationToken);

    public Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"archive.read {pointer.Sha256[..16]}", () => archive.ReadAsync(pointer, cancellationToken), cancellationToken);

    public Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"archive.exists {pointer.Sha256[..16]}", () => archive.ExistsAsync(pointer, cancellationToken), cancellationToken);
}
