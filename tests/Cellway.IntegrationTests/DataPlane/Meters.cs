using System.Diagnostics.Metrics;

namespace Cellway.IntegrationTests.DataPlane;

internal sealed class Meters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
