using System.Globalization;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Usage;

namespace Cellway.Model.State;

/// <summary>Where everything of one network is kept: one key per entity.</summary>
/// <param name="network">The network's id.</param>
public sealed class StateKeys(string network)
{
    /// <summary>How many links of the audit log share a folder.</summary>
    public const int AuditPageLength = 1000;

    /// <summary>Every key of every network begins with it.</summary>
    public const string Root = "/cellway/";

    /// <summary>Which networks a store holds: one key each, named by its id. No network's id is this word: those are longer.</summary>
    public const string Networks = Root + "networks/";

    /// <summary>Stands in a store while a copy into it has not ended. No network's id is this word either.</summary>
    public const string Incomplete = Root + "incomplete";

    /// <summary>Every key of this network begins with it.</summary>
    public string Prefix { get; } = $"{Root}{network}/";

    /// <summary>The network itself.</summary>
    public string Network => Prefix + "network";

    /// <summary>How the seal key is derived and recognised.</summary>
    public string Seal => Prefix + "seal";

    /// <summary>The secret route ids are computed from.</summary>
    public string RouteSecret => Prefix + "secrets/routes";

    /// <summary>A generation of the root.</summary>
    public string Authority(int generation) => $"{Prefix}{Folders.Authorities}{generation}";

    /// <summary>A generation of the root that is over: its certificate, to verify what it has signed.</summary>
    public string RetiredAuthority(int generation) => $"{Prefix}{Folders.RetiredAuthorities}{generation}";

    /// <summary>Whom the network believes, signed.</summary>
    public string Trust => Prefix + "trust";

    /// <summary>A cell.</summary>
    public string Cell(string id) => Prefix + Folders.Cells + id;

    /// <summary>A cell's service names.</summary>
    public string Rotation(string cell) => Prefix + Folders.Rotations + cell;

    /// <summary>Which cell has a domain; makes domains unique.</summary>
    public string Domain(string domain) => Prefix + Folders.Domains + domain;

    /// <summary>A participant.</summary>
    public string Participant(string id) => Prefix + Folders.Participants + id;

    /// <summary>A join token.</summary>
    public string JoinToken(string id) => Prefix + Folders.JoinTokens + id;

    /// <summary>A node.</summary>
    public string Node(string id) => Prefix + Folders.Nodes + id;

    /// <summary>A worker of the operator's Kubernetes cluster, by its bootstrap token's id.</summary>
    public string Worker(string id) => Prefix + Folders.Workers + id;

    /// <summary>A node's session.</summary>
    public string Session(string node) => Prefix + Folders.Sessions + node;

    /// <summary>What an Entry finds of the network around it.</summary>
    public string EntryReport(string entry) => Prefix + Folders.EntryReports + entry;

    /// <summary>How far the devices of a cell have come home.</summary>
    public string CellReturn(string cell) => Prefix + Folders.CellReturns + cell;

    /// <summary>A certificate.</summary>
    public string Certificate(string serial) => Prefix + Folders.Certificates + serial;

    /// <summary>A user.</summary>
    public string User(string id) => Prefix + Folders.Users + id;

    /// <summary>A device.</summary>
    public string Device(string id) => Prefix + Folders.Devices + id;

    /// <summary>Which device has a name of a user; makes names unique per user.</summary>
    public string DeviceName(string user, string name) => $"{Prefix}{Folders.DeviceNames}{user}/{name}";

    /// <summary>Which device a subscription token belongs to.</summary>
    public string DeviceToken(Hash256 token) => $"{Prefix}{Folders.DeviceTokens}{token}";

    /// <summary>Which device a VLESS id belongs to.</summary>
    public string DeviceCredential(Hash256 credential) => $"{Prefix}{Folders.DeviceCredentials}{credential}";

    /// <summary>Which client apps use a device's subscription.</summary>
    public string DeviceApps(string device) => Prefix + Folders.DeviceApps + device;

    /// <summary>How far the reports of a Core have been applied.</summary>
    public string Usage(string core) => Prefix + Folders.Usage + core;

    /// <summary>A page of what a Core has carried in a period.</summary>
    public string UsagePage(UsagePeriod period, string core, string page) => $"{Prefix}{Folders.UsagePages}{period}/{core}/{page}";

    /// <summary>Every page of a period begins with it.</summary>
    public string UsagePages(UsagePeriod period) => $"{Prefix}{Folders.UsagePages}{period}/";

    /// <summary>That a device has used up what it may.</summary>
    public string SpentDevice(string device) => Prefix + Folders.SpentDevices + device;

    /// <summary>That a participant's reserve is used up.</summary>
    public string SpentReserve(string participant) => Prefix + Folders.SpentReserves + participant;

    /// <summary>A management replica that runs.</summary>
    public string Replica(string id) => Prefix + Folders.Replicas + id;

    /// <summary>Where nodes may find management.</summary>
    public string Endpoint(string endpoint) => Prefix + Folders.Endpoints + endpoint;

    /// <summary>Which Cores of a replica live although Entries have lost them.</summary>
    public string LifeSigns(string replica) => Prefix + Folders.LifeSigns + replica;

    /// <summary>An incident.</summary>
    public string Incident(string id) => Prefix + Folders.Incidents + id;

    /// <summary>Which incident of a cell and subject is not closed; makes that one.</summary>
    public string OpenIncident(string cell, IncidentSubject subject) => $"{Prefix}{Folders.OpenIncidents}{cell}/{subject}";

    /// <summary>The replacement of a cell.</summary>
    public string Regeneration(string cell) => Prefix + Folders.Regenerations + cell;

    /// <summary>Something of the Telegram bot, which is apart from everything else.</summary>
    public string Bot(string path) => Prefix + Folders.Bot + path;

    /// <summary>A link of the audit log. A thousand of them share a folder, so that they can be read in pieces.</summary>
    public string Audit(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{AuditPage(sequence / AuditPageLength)}{sequence % AuditPageLength:D3}");

    /// <summary>Every link of a page of the audit log begins with it.</summary>
    public string AuditPage(long page) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Folders.Audit}{page:D9}/");

    /// <summary>What the leader has yet to link into the audit log.</summary>
    public string AuditPending(string id) => Prefix + Folders.AuditPending + id;

    /// <summary>The newest link of the audit log.</summary>
    public string AuditHead => Prefix + "audit-head";

    /// <summary>A scheduled backup. Names sort by time.</summary>
    public string Backup(string name) => Prefix + Folders.Backups + name;

    /// <summary>That the state came from a backup.</summary>
    public string Restored => Prefix + "restored";

    /// <summary>The replica that leads.</summary>
    public string Leader => Prefix + "leader";

    /// <summary>The folders below <see cref="Prefix"/>.</summary>
    public static class Folders
    {
        /// <summary>Scheduled backups.</summary>
        public const string Backups = "backups/";

        /// <summary>Generations of the root.</summary>
        public const string Authorities = "authorities/";

        /// <summary>Generations of the root that are over.</summary>
        public const string RetiredAuthorities = "retired-authorities/";

        /// <summary>Cells.</summary>
        public const string Cells = "cells/";

        /// <summary>Cells' service names.</summary>
        public const string Rotations = "rotations/";

        /// <summary>Domains to cells.</summary>
        public const string Domains = "domains/";

        /// <summary>Participants.</summary>
        public const string Participants = "participants/";

        /// <summary>Join tokens.</summary>
        public const string JoinTokens = "join-tokens/";

        /// <summary>Nodes.</summary>
        public const string Nodes = "nodes/";

        /// <summary>Workers of the operator's Kubernetes cluster.</summary>
        public const string Workers = "workers/";

        /// <summary>Sessions of nodes.</summary>
        public const string Sessions = "sessions/";

        /// <summary>What Entries find of the network around them.</summary>
        public const string EntryReports = "entry-reports/";

        /// <summary>How far the devices of cells have come home.</summary>
        public const string CellReturns = "cell-returns/";

        /// <summary>Certificates.</summary>
        public const string Certificates = "certificates/";

        /// <summary>Users.</summary>
        public const string Users = "users/";

        /// <summary>Devices.</summary>
        public const string Devices = "devices/";

        /// <summary>Users' device names to devices.</summary>
        public const string DeviceNames = "device-names/";

        /// <summary>Token hashes to devices.</summary>
        public const string DeviceTokens = "device-tokens/";

        /// <summary>Credential hashes to devices.</summary>
        public const string DeviceCredentials = "device-credentials/";

        /// <summary>Client apps of devices.</summary>
        public const string DeviceApps = "device-apps/";

        /// <summary>How far the reports of Cores have been applied.</summary>
        public const string Usage = "usage/";

        /// <summary>What Cores have carried, by period.</summary>
        public const string UsagePages = "usage-pages/";

        /// <summary>Devices that have used up what they may.</summary>
        public const string SpentDevices = "spent-devices/";

        /// <summary>Participants whose reserve is used up.</summary>
        public const string SpentReserves = "spent-reserves/";

        /// <summary>Management replicas.</summary>
        public const string Replicas = "replicas/";

        /// <summary>Where nodes may find management.</summary>
        public const string Endpoints = "endpoints/";

        /// <summary>Which Cores of replicas live although Entries have lost them.</summary>
        public const string LifeSigns = "life-signs/";

        /// <summary>Incidents.</summary>
        public const string Incidents = "incidents/";

        /// <summary>Cells and subjects to incidents that are not closed.</summary>
        public const string OpenIncidents = "open-incidents/";

        /// <summary>Replacements of cells.</summary>
        public const string Regenerations = "regenerations/";

        /// <summary>What the Telegram bot keeps: folders of its own.</summary>
        public const string Bot = "bot/";

        /// <summary>The audit log.</summary>
        public const string Audit = "audit/";

        /// <summary>What is to be linked into the audit log.</summary>
        public const string AuditPending = "audit-pending/";
    }
}
