using Cellway.CoreNode;
using Cellway.EntryNode;
using System.CommandLine;
using Cellway.Cli;
using Cellway.Cli.Commands;
using Cellway.Node.Health;

var root = new RootCommand("Cellway carries people's traffic past internet censorship. Start with “cellway demo” or “cellway up”.")
{
    CommonOptions.Json,
    CommonOptions.Profile,
    CommonOptions.Server,
    UpCommand.Create(),
    DemoCommand.Create(),
    DrillCommand.Create(),
    ConnectCommand.Create(),
    InitCommand.Create(),
    ManagementCommand.Create(),
    EntryCommand.Create(),
    CoreCommand.Create(),
    StatusCommand.Create(),
    ReplicaCommand.Create(),
    CellCommand.Create(),
    RotateCommand.Create(),
    RotationCommand.Create(),
    IncidentCommand.Create(),
    ParticipantCommand.Create(),
    TokenCommand.Create(),
    NodeCommand.Create(),
    UserCommand.Create(),
    DeviceCommand.Create(),
    UsageCommand.Create(),
    SubscriptionCommand.Create(),
    BotCommand.Create(),
    AuditCommand.Create(),
    OperatorCommand.Create(),
    CaCommand.Create(),
    AlertCommand.Create(),
    StateCommand.Create(),
    BackupCommand.Create(),
    MirrorCommand.Create(),
    EtcdCommand.Create(),
    HealthCommand.Create(CliPaths.State("management")),
};

return await Terminal.RunAsync(root, args);
